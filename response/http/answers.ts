/**
 * `POST /api/v1/answers/{token}?delivery= {"answer","code"?}`: what a person who was called says, without a session: the token, which only the
 * message carried, is the right to it. Answers `{"state"}`. Tokens are 256 bits and looked up by their hash, so neither time nor tries tell one;
 * the bound keeps a guesser from filling the database's time, and is the address's own: nobody else is kept from an alarm by it.
 */
import { Type } from "typebox";
import { ANSWERS } from "../escalation/actions.ts";
import { sendRefused } from "./actions.ts";
import { sendRefusal } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

/** Unknown tokens of one address in a minute; many phones may be behind one. At the bound its answers are refused for the rest of it. */
const UNKNOWN_TOKENS = 60;
const WINDOW_MS = 60_000;
/** Addresses whose tries are counted. At the bound the oldest count is forgotten. */
const ADDRESSES = 10_000;

const Params = Type.Object({ token: Type.String({ minLength: 16, maxLength: 256 }) });
const Query = Type.Object({ delivery: Type.Optional(Type.String({ maxLength: 64 })) });
const Body = Type.Object(
  {
    answer: Type.Enum([...ANSWERS]),
    code: Type.Optional(Type.Union([Type.String({ pattern: "^[0-9]{4}$" }), Type.Null()])),
  },
  { additionalProperties: false },
);

export function answerRoutes(server: Server, { actions, clock }: HttpOptions): void {
  const unknown = new Map<string, { tries: number; readonly until: number }>();

  /** How long an address has to wait, ms; 0: not at all. */
  function waitOf(address: string): number {
    const known = unknown.get(address);
    if (known === undefined) return 0;
    const left = known.until - clock.monotonic();
    if (left <= 0) unknown.delete(address);
    return known.tries < UNKNOWN_TOKENS ? 0 : Math.max(left, 0);
  }

  function count(address: string): void {
    const known = unknown.get(address);
    if (known !== undefined) {
      known.tries += 1;
      return;
    }
    const [oldest] = unknown.keys();
    if (unknown.size >= ADDRESSES && oldest !== undefined) unknown.delete(oldest);
    unknown.set(address, { tries: 1, until: clock.monotonic() + WINDOW_MS });
  }

  const route = {
    config: { access: "public" },
    schema: { params: Params, querystring: Query, body: Body },
  } as const;
  server.post("/api/v1/answers/:token", route, async ({ params, query, body, ip }, reply) => {
    const waitMs = waitOf(ip);
    if (waitMs > 0) {
      const detail = "too many unknown addresses were tried from here";
      return sendRefusal(reply, { reason: "too_many_tries", detail, waitMs });
    }
    const { answer, code } = body;
    const said = { answer, code: code ?? undefined, delivery: query.delivery ?? null };
    const state = await actions.answer(params.token, said);
    if (state.ok) return { state: state.value };
    if (state.error.reason === "unknown_token") count(ip);
    return sendRefused(reply, state);
  });
}

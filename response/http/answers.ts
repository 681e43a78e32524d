/**
 * `POST /api/v1/answers/{token}?delivery= {"answer","code"?}`: what a person who was called says, without a session: the token, which only the
 * message carried, is the right to it. Answers `{"state"}`. Tokens are 256 bits and looked up by their hash, so neither time nor tries tell one;
 * the bound only keeps a guesser from filling the database's time.
 */
import { Type } from "typebox";
import { ANSWERS } from "../escalation/actions.ts";
import { sendRefused } from "./actions.ts";
import { sendRefusal } from "./problem.ts";
import type { HttpOptions, Server } from "./server.ts";

/** Unknown tokens of everybody together in a minute. At the bound every token is refused for the rest of it. */
const UNKNOWN_TOKENS = 600;
const WINDOW_MS = 60_000;

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
  let unknown = 0;
  let since = clock.monotonic();

  const route = {
    config: { access: "public" },
    schema: { params: Params, querystring: Query, body: Body },
  } as const;
  server.post("/api/v1/answers/:token", route, async ({ params, query, body }, reply) => {
    const left = since + WINDOW_MS - clock.monotonic();
    if (left <= 0) {
      since = clock.monotonic();
      unknown = 0;
    } else if (unknown >= UNKNOWN_TOKENS) {
      const detail = "too many unknown addresses were tried";
      return sendRefusal(reply, { reason: "too_many_tries", detail, waitMs: left });
    }
    const { answer, code } = body;
    const said = { answer, code: code ?? undefined, delivery: query.delivery ?? null };
    const state = await actions.answer(params.token, said);
    if (state.ok) return { state: state.value };
    if (state.error.reason === "unknown_token") unknown += 1;
    return sendRefused(reply, state);
  });
}

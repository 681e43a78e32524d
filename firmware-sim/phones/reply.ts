import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { isLoopback } from "./loopback.ts";
import type { Answer, Answered, Call } from "./model.ts";

export interface Reply {
  readonly call: Call;
  readonly answer: Answer;
  /** On the room's wall; with `arrived`. */
  readonly code?: string;
}

export interface ReplyOptions {
  readonly clock: Clock;
  /** Aborted when the phones are switched off. */
  readonly ended: AbortSignal;
}

const ANSWER_MS = 5_000;
/** Who gets no answer presses the button again, at most so often. */
const TRIES = 3;
const AGAIN_MS = 1_000;

/** Posts an answer to a call and tells what became of it. Never rejects. */
export async function reply(
  { call, answer, code }: Reply,
  options: ReplyOptions,
): Promise<Answered> {
  const { clock, ended } = options;
  const { delivery, person, role, purpose, answer_url: url } = call;
  const about = { delivery, person, role, purpose, incident: call.incident?.id ?? null };
  const said = { what: "answered", at: clock.wall(), ...about, answer } as const;
  if (url === null || !isLoopback(url))
    return { ...said, status: null, state: null, reason: "foreign_address" };
  const body = JSON.stringify({ answer, ...(code === undefined ? {} : { code }) });
  for (let tries = 1; ; tries += 1) {
    const heard = await post(url, body, ended);
    const last = tries === TRIES || ended.aborted;
    if (last || (heard.status !== null && heard.status < 500)) return { ...said, ...heard };
    await new Promise<void>((over) => void clock.after(AGAIN_MS, over));
  }
}

type Heard = Pick<Answered, "status" | "state" | "reason">;

async function post(url: string, body: string, ended: AbortSignal): Promise<Heard> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ended]),
    });
    const { state, code } = read(await response.text());
    return { status: response.status, state: text(state), reason: text(code) };
  } catch (thrown) {
    const detail = thrown instanceof Error ? messageOf(thrown.cause ?? thrown) : "";
    return { status: null, state: null, reason: `no_answer: ${detail}` };
  }
}

/** The answer, or the problem (RFC 9457) that there was. */
function read(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return {};
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

import type { Result } from "@anhu/core/result";
import type { ClockQuality, Command, Reply } from "@anhu/core/wire";
import { parseCommand } from "@anhu/core/wire";

/** What a command's verb does; the detail is for a person. Fails with a reason of its own. */
export type Verb = (args: Command["args"]) => Promise<Result<string>> | Result<string>;

export interface CommandParts {
  /** Wall clock, UTC ms, with its quality: expiry is the sender's time. */
  readonly now: () => { readonly wall: number; readonly source: ClockQuality["source"] };
  readonly verbs: ReadonlyMap<string, Verb>;
}

/** Commands whose ids are remembered, so that one that comes twice acts once; at the bound the oldest is forgotten. */
const REMEMBERED = 256;

/**
 * Runs commands of the centre (CONTRACTS.md, command). Late ones are dropped and answered so; without a trusted clock every one is
 * late, because it cannot be told. Undefined: not even an id to answer to.
 */
export class Commands {
  readonly #parts: CommandParts;
  readonly #replies = new Map<string, Promise<Reply>>();

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  receive(payload: Uint8Array): Promise<Reply> | undefined {
    const parsed = parseCommand(payload);
    if (!parsed.ok) return undefined;
    const { id } = parsed.value;
    const known = this.#replies.get(id);
    if (known !== undefined) return known;
    const reply = this.#run(parsed.value);
    this.#replies.set(id, reply);
    const [oldest] = this.#replies.keys();
    if (this.#replies.size > REMEMBERED && oldest !== undefined) this.#replies.delete(oldest);
    return reply;
  }

  async #run({ id, verb, args, expires_at }: Command): Promise<Reply> {
    const { wall, source } = this.#parts.now();
    if (source === "none") return { id, ok: false, detail: "no_trusted_clock" };
    if (wall > expires_at) return { id, ok: false, detail: "expired" };
    const run = this.#parts.verbs.get(verb);
    if (run === undefined) return { id, ok: false, detail: "unknown_verb" };
    const result = await run(args);
    return result.ok
      ? { id, ok: true, detail: result.value }
      : { id, ok: false, detail: `${result.error.reason}: ${result.error.detail}` };
  }
}

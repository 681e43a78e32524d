import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Reason } from "./reasons.ts";
import type { Session } from "./session.ts";
import type { BrokerStats } from "./statistics.ts";

const QUIET_MS = 10_000;

/** Counts every refusal and logs each reason at most once in 10 s, with how many were not logged: nobody can fill the disk. */
export class Refusals {
  readonly #parts: { readonly stats: BrokerStats; readonly clock: Clock; readonly log: Logger };
  readonly #logged = new Map<Reason, { at: number; unlogged: number }>();

  constructor(parts: { readonly stats: BrokerStats; readonly clock: Clock; readonly log: Logger }) {
    this.#parts = parts;
  }

  note(reason: Reason, session?: Session, cause?: unknown): void {
    this.#parts.stats.refused[reason] += 1;
    const now = this.#parts.clock.monotonic();
    const last = this.#logged.get(reason);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.unlogged += 1;
      return;
    }
    this.#logged.set(reason, { at: now, unlogged: 0 });
    this.#parts.log.warn(
      {
        reason,
        username: session?.identity?.username,
        peer: session?.socket.remoteAddress,
        unlogged: last?.unlogged ?? 0,
        cause: cause === undefined ? undefined : messageOf(cause),
      },
      "refused",
    );
  }
}

import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { Throttle } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Reason } from "./reasons.ts";
import type { Session } from "./session.ts";
import type { BrokerStats } from "./statistics.ts";

const QUIET_MS = 10_000;

/** Counts every refusal and logs each reason at most once in 10 s, with how many were not logged: nobody can fill the disk. */
export class Refusals {
  readonly #stats: BrokerStats;
  readonly #log: Logger;
  readonly #throttle: Throttle;

  constructor(parts: { readonly stats: BrokerStats; readonly clock: Clock; readonly log: Logger }) {
    this.#stats = parts.stats;
    this.#log = parts.log;
    this.#throttle = new Throttle(parts.clock, QUIET_MS);
  }

  note(reason: Reason, session?: Session, cause?: unknown): void {
    this.#stats.refused[reason] += 1;
    const unlogged = this.#throttle.pass(reason);
    if (unlogged === null) return;
    this.#log.warn(
      {
        reason,
        username: session?.identity?.username,
        peer: session?.socket.remoteAddress,
        unlogged,
        cause: cause === undefined ? undefined : messageOf(cause),
      },
      "refused",
    );
  }
}

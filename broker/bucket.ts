import type { Clock } from "@anhu/core/time";

export interface Rate {
  readonly perSecond: number;
  /** How many may come at once after a silence. */
  readonly burst: number;
}

/** A token bucket that may go into debt: it says how long the taker has to wait instead of refusing. */
export class Bucket {
  readonly #clock: Clock;
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = clock.monotonic();
  }

  /** Takes one token; returns the milliseconds until it is really there, 0 = now. */
  take(): number {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#at) / 1000) * this.#rate.perSecond;
    this.#at = now;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + earned) - 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate.perSecond) * 1000;
  }
}

import type { Clock } from "./index.ts";

/** Lets each key through once in a while and counts what it holds back, so that nobody can fill a disk with log lines. Keys are of a closed list. */
export class Throttle {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #passed = new Map<string, { readonly at: number; held: number }>();

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** How many were held back since the last one that passed; null: this one is held back too. */
  pass(key: string): number | null {
    const at = this.#clock.monotonic();
    const last = this.#passed.get(key);
    if (last !== undefined && at - last.at < this.#everyMs) {
      last.held += 1;
      return null;
    }
    this.#passed.set(key, { at, held: 0 });
    return last?.held ?? 0;
  }
}

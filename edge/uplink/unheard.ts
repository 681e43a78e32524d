import type { Clock } from "@anhu/core/time";
import type { Alert } from "@anhu/core/wire";

/** An alert that nobody has acknowledged for so long is not reaching anybody (CONTRACTS.md, status). */
const UNHEARD_MS = 10_000;
/** Beyond that many the oldest is no longer watched: by then the siren has said it. */
const WATCHED = 10_000;

/** Watches that alerts are acknowledged, from the moment they are raised: a disk or a line that hangs is found as well. */
export class Unheard {
  readonly #clock: Clock;
  readonly #onChange: (unheard: boolean) => void;
  readonly #since = new Map<string, number>();
  #unheard = false;
  #cancel: () => void = () => {};

  constructor(clock: Clock, onChange: (unheard: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  raised(alert: Alert): void {
    const key = keyOf(alert);
    if (this.#since.has(key)) return;
    if (this.#since.size >= WATCHED) this.heard([...this.#since.keys()].slice(0, 1));
    this.#since.set(key, this.#clock.monotonic());
    if (this.#since.size === 1) this.#look();
  }

  /** `keys` are `keyOf` the acknowledged alerts. */
  heard(keys: readonly string[]): void {
    for (const key of keys) this.#since.delete(key);
    if (keys.length > 0) this.#look();
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    this.#cancel();
    const [oldest] = this.#since.values();
    const leftMs = oldest === undefined ? Infinity : oldest + UNHEARD_MS - this.#clock.monotonic();
    if (leftMs > 0 && leftMs < Infinity) {
      this.#cancel = this.#clock.after(leftMs, () => this.#look());
    }
    const unheard = leftMs <= 0;
    if (unheard === this.#unheard) return;
    this.#unheard = unheard;
    this.#onChange(unheard);
  }
}

/** One phase of one alert. */
export function keyOf(alert: Alert): string {
  return `${alert.id} ${alert.phase} ${alert.at}`;
}

import type { Clock } from "@anhu/core/time";

/** Tells whoever waits that something was recorded. It carries nothing: who hears it reads the store. */
export class Bell {
  readonly #clock: Clock;
  #waiting = new Set<() => void>();
  /** How often it rang. */
  rings = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.rings += 1;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves once it rang more often than `heard` times, or after `timeoutMs`. */
  wait(heard: number, timeoutMs: number): Promise<void> {
    if (this.rings !== heard) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, wake);
      const waiting = this.#waiting;
      waiting.add(wake);
      function wake(): void {
        waiting.delete(wake);
        cancel();
        resolve();
      }
    });
  }
}

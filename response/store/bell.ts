import type { Clock } from "@anhu/core/time";

/** Tells whoever waits that something was recorded. It carries nothing: who hears it reads the store. */
export class Bell {
  readonly #clock: Clock;
  #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves at the next ring, or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void> {
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

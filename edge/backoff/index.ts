/** Waits that double up to a bound, each between half and all of its length, so that many gateways do not come back at once. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: { firstMs: number; mostMs: number; random: () => number }) {
    this.#firstMs = options.firstMs;
    this.#mostMs = options.mostMs;
    this.#random = options.random;
  }

  /** How long to wait after one more failure, ms. */
  next(): number {
    const whole = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.round(whole * (0.5 + this.#random() / 2));
  }

  reset(): void {
    this.#failures = 0;
  }
}

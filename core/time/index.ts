export { Throttle } from "./throttle.ts";

declare const wall: unique symbol;
declare const monotonic: unique symbol;

/** Milliseconds since 1970-01-01T00:00Z. Can step in either direction. */
export type WallMs = number & { readonly [wall]: true };

/** Milliseconds since an arbitrary start in this process. Never steps, never goes back. */
export type MonotonicMs = number & { readonly [monotonic]: true };

/** The only way to time: composition roots make one, everything else is given it. */
export interface Clock {
  wall(): WallMs;
  monotonic(): MonotonicMs;
  /** Calls `run` once after `delayMs` of monotonic time; the returned function cancels. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own clock. Made by a `main.ts`, nowhere else. */
export function systemClock(): Clock {
  return {
    wall: () => Date.now() as WallMs,
    monotonic: () => performance.now() as MonotonicMs,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

export const LATE = Symbol("late");

/** What `work` resolves to, or LATE after `timeoutMs`; rejects as `work` does. What is late goes on by itself. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  work: Promise<T>,
): Promise<T | typeof LATE> {
  const late = Promise.withResolvers<typeof LATE>();
  const cancel = clock.after(timeoutMs, () => late.resolve(LATE));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}

/** A clock that stands still until told: `advance` moves both times and runs what falls due; `stepWall` moves only the wall clock. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #due: { at: number; run: () => void }[] = [];

  constructor(wallMs: number) {
    this.#wall = wallMs;
  }

  wall(): WallMs {
    return this.#wall as WallMs;
  }

  monotonic(): MonotonicMs {
    return this.#monotonic as MonotonicMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const entry = { at: this.#monotonic + delayMs, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const next = this.#due.filter((entry) => entry.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((entry) => entry !== next);
      this.#move(next.at - this.#monotonic);
      next.run();
    }
    this.#move(end - this.#monotonic);
  }

  stepWall(ms: number): void {
    this.#wall += ms;
  }

  #move(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }
}

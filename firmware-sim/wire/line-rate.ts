import type { Clock } from "@anhu/core/time";
import type { Sent } from "./wire.ts";

export interface LineRateOptions {
  readonly clock: Clock;
  readonly bytesPerSecond: number;
  /** Bytes waiting at most; a send that does not fit is refused whole, because half a frame helps nobody. */
  readonly limit: number;
  /** Puts bytes on the line now; returns true when a listener took all of them. */
  readonly put: (bytes: Uint8Array) => boolean;
}

/** A UART's transmitter: a byte is out when its ten bits are, in order, however late the timers are. */
export class LineRate {
  readonly #options: LineRateOptions;
  #queue: Job[] = [];
  #waiting = 0;
  /** Monotonic ms when the line is free again. */
  #freeAt = 0;
  #cancel: (() => void) | null = null;

  constructor(options: LineRateOptions) {
    this.#options = options;
  }

  /** False: refused, the buffer is full. `done` is called once in either case; nothing to send is over at once. */
  send(bytes: Uint8Array, done: (sent: Sent) => void): boolean {
    const { clock, limit } = this.#options;
    if (this.#waiting + bytes.length > limit) {
      done({ heard: false, at: null });
      return false;
    }
    if (bytes.length === 0) {
      done({ heard: false, at: null });
      return true;
    }
    this.#waiting += bytes.length;
    this.#queue.push({ bytes, out: 0, heard: true, at: null, done });
    if (this.#cancel === null) {
      this.#freeAt = Math.max(this.#freeAt, clock.monotonic());
      this.#schedule();
    }
    return true;
  }

  /** Stops; what waits is told that it was not heard. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    const left = this.#queue;
    this.#queue = [];
    this.#waiting = 0;
    for (const job of left) job.done({ heard: false, at: job.at });
  }

  #schedule(): void {
    const { clock, bytesPerSecond } = this.#options;
    const next = Math.min(this.#waiting, Math.ceil((bytesPerSecond * TICK_MS) / 1000));
    const due = this.#freeAt + (next * 1000) / bytesPerSecond;
    this.#cancel = clock.after(Math.max(0, due - clock.monotonic()), () => this.#run());
  }

  #run(): void {
    const { clock, bytesPerSecond } = this.#options;
    this.#cancel = null;
    const elapsed = clock.monotonic() - this.#freeAt;
    // A timer may fire a fraction of a millisecond early: the tolerance keeps it from coming back for one byte.
    let budget = Math.min(this.#waiting, Math.floor((elapsed * bytesPerSecond) / 1000 + 0.5));
    this.#freeAt += (budget * 1000) / bytesPerSecond;
    const finished: Job[] = [];
    while (budget > 0) {
      const job = this.#queue[0];
      if (job === undefined) break;
      const chunk = job.bytes.subarray(job.out, job.out + budget);
      job.at ??= clock.wall();
      job.heard = this.#options.put(chunk) && job.heard;
      // `put` may hear somebody who makes the device close the line.
      if (this.#queue[0] !== job) break;
      job.out += chunk.length;
      budget -= chunk.length;
      this.#waiting -= chunk.length;
      if (job.out < job.bytes.length) break;
      this.#queue.shift();
      finished.push(job);
    }
    if (this.#waiting > 0 && this.#cancel === null) this.#schedule();
    for (const job of finished) job.done({ heard: job.heard, at: job.at });
  }
}

const TICK_MS = 10;

interface Job {
  readonly bytes: Uint8Array;
  out: number;
  heard: boolean;
  at: number | null;
  readonly done: (sent: Sent) => void;
}

/**
 * The resynchronising framer. A candidate is judged where it stands; a bad one gives up only its first byte, so
 * that a good frame inside garbage, or behind a broken one, is found.
 *
 *   held:  [ given up: one run, one reason ][ candidate that still needs bytes ]
 */
import type { Framer, FramerOutput } from "../driver.ts";

/** What stands at the first byte of the bytes shown. */
export type Verdict =
  /** Undecided until this many bytes are there (more than were shown, at most `maxFrame`). */
  | { readonly need: number }
  | { readonly frame: number }
  /** Not a frame. `answer` and `length`: it was plausible, and the sender is told at once. */
  | { readonly bad: string; readonly answer?: Uint8Array; readonly length?: number };

export interface FrameRule {
  /** Longest legal frame in bytes. */
  readonly maxFrame: number;
  /** Judges at least one byte. Must decide when `maxFrame` bytes are shown. */
  inspect(bytes: Uint8Array): Verdict;
}

/** A byte that cannot begin a frame. */
export const NOISE: Verdict = { bad: "noise" };

/**
 * Makes a framer for `rule`. Holds fewer than twice `maxFrame` bytes; work per byte is bounded by the cost of one
 * `inspect`. Discarded bytes come in runs with the reason of the first: the rule's own reasons, `noise`, or `truncated`.
 */
export function resyncFramer(rule: FrameRule): Framer {
  return new ResyncFramer(rule);
}

class ResyncFramer implements Framer {
  readonly #rule: FrameRule;
  readonly #bytes: Uint8Array;
  #length = 0;
  /** The first `#run` bytes are given up, for `#reason`. */
  #run = 0;
  #reason = "noise";
  #answer: Uint8Array | undefined;
  /** With an answer: the run is handed on when it is this long. */
  #runEnd = 0;

  constructor(rule: FrameRule) {
    this.#rule = rule;
    this.#bytes = new Uint8Array(2 * rule.maxFrame);
  }

  get held(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): FramerOutput[] {
    const out: FramerOutput[] = [];
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + this.#bytes.length - this.#length);
      this.#bytes.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      while (this.#step(out));
    }
    return out;
  }

  end(): FramerOutput[] {
    const out: FramerOutput[] = [];
    while (this.#length > this.#run) {
      if (!this.#step(out)) this.#giveUp(out, { bad: "truncated" });
    }
    this.#flush(out);
    return out;
  }

  /** Decides one candidate; false when more bytes are needed. */
  #step(out: FramerOutput[]): boolean {
    if (this.#length === this.#run) return false;
    const verdict = this.#rule.inspect(this.#bytes.subarray(this.#run, this.#length));
    if ("bad" in verdict) {
      this.#giveUp(out, verdict);
      return true;
    }
    if ("need" in verdict) {
      if (this.#answer !== undefined) this.#flush(out);
      return false;
    }
    this.#flush(out);
    out.push({ frame: this.#take(verdict.frame) });
    return true;
  }

  #giveUp(out: FramerOutput[], verdict: Extract<Verdict, { bad: string }>): void {
    const { bad, answer, length } = verdict;
    if (this.#opensRun(bad) || answer !== undefined) {
      this.#flush(out);
      this.#reason = bad;
      this.#answer = answer;
      this.#runEnd = length ?? 0;
    }
    this.#run += 1;
    const whole = this.#answer !== undefined && this.#run >= this.#runEnd;
    if (whole || this.#run >= this.#rule.maxFrame) this.#flush(out);
  }

  /** Noise and repeats of the same reason lengthen the run; behind a truncated frame everything belongs to it. */
  #opensRun(reason: string): boolean {
    if (this.#run === 0) return true;
    return reason !== "noise" && reason !== this.#reason && this.#reason !== "truncated";
  }

  #flush(out: FramerOutput[]): void {
    if (this.#run === 0) return;
    const reason = this.#reason;
    const answer = this.#answer;
    const discarded = this.#take(this.#run);
    this.#run = 0;
    this.#answer = undefined;
    out.push(answer === undefined ? { discarded, reason } : { discarded, reason, answer });
  }

  #take(count: number): Uint8Array {
    const taken = this.#bytes.slice(0, count);
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
    return taken;
  }
}

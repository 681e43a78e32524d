import type { StampedPoint } from "@anhu/core/detection";
import type { Alert, ClockQuality } from "@anhu/core/wire";
import { lineOf } from "@anhu/core/line-protocol";
import type { Batch, CommitRequest, DeadLetter, DedupKey } from "../outbox/index.ts";
import { BATCH_BYTES } from "../outbox/index.ts";

/** More dead letters than this in one commit are counted only. */
const DEAD_LETTERS = 32;
const DEAD_LETTER_BYTES = 4096;
/** Alerts that wait for a disk that hangs; at the bound the oldest goes. More than any facility can raise in a night. */
const ALERTS = 10_000;

/** What the next commit will hold. */
export class Pending {
  #lines: { readonly text: string; readonly bytes: number; readonly at: number }[] = [];
  #alerts: Alert[] = [];
  #slots = new Map<string, string | null>();
  #dedup: DedupKey[] = [];
  #deadLetters: DeadLetter[] = [];
  bytes = 0;

  get isEmpty(): boolean {
    return (
      this.#lines.length +
        this.#alerts.length +
        this.#slots.size +
        this.#dedup.length +
        this.#deadLetters.length ===
      0
    );
  }

  /** Adds a reading. Throws `bad_point` for what line protocol cannot say. */
  point(point: StampedPoint): void {
    const text = `${lineOf(point)}\n`;
    const bytes = Buffer.byteLength(text);
    this.#lines.push({ text, bytes, at: point.at });
    this.bytes += bytes;
  }

  /** Returns how many alerts were given up at the bound. */
  alerts(alerts: readonly Alert[]): number {
    this.#alerts.push(...alerts);
    return this.#alerts.splice(0, this.#alerts.length - ALERTS).length;
  }

  slots(slots: CommitRequest["slots"]): void {
    for (const [key, value] of slots) this.#slots.set(key, value);
  }

  dedup(key: DedupKey): void {
    this.#dedup.push(key);
  }

  deadLetter(letter: Omit<DeadLetter, "body">, body: Uint8Array): void {
    if (this.#deadLetters.length >= DEAD_LETTERS) return;
    this.#deadLetters.push({
      ...letter,
      body: Uint8Array.from(body.subarray(0, DEAD_LETTER_BYTES)),
    });
  }

  /**
   * Puts back what a failed commit held and nobody sends again. A later commit may have reached the disk: slots are written as they are
   * now (`everySlot`), and those that are no more are removed. Returns the alerts given up.
   */
  restore({ alerts, slots }: CommitRequest, everySlot: CommitRequest["slots"]): number {
    this.#alerts = [...alerts, ...this.#alerts];
    const gone = slots.map(([key]) => [key, null] as const);
    this.#slots = new Map([...gone, ...this.#slots, ...everySlot]);
    return this.alerts([]);
  }

  /** Empties it into a commit. */
  take(clock: ClockQuality, lastStamp: number): CommitRequest {
    const request = {
      batches: batchesOf(this.#lines),
      alerts: this.#alerts,
      slots: [...this.#slots],
      dedup: this.#dedup,
      deadLetters: this.#deadLetters,
      clock,
      lastStamp,
    };
    this.#lines = [];
    this.#alerts = [];
    this.#slots = new Map();
    this.#dedup = [];
    this.#deadLetters = [];
    this.bytes = 0;
    return request;
  }
}

function batchesOf(lines: readonly { text: string; bytes: number; at: number }[]): Batch[] {
  const batches: Batch[] = [];
  let from = 0;
  let bytes = 0;
  const cut = (to: number): void => {
    const part = lines.slice(from, to);
    const text = part.map((line) => line.text).join("");
    const first = part[0];
    if (first === undefined) return;
    batches.push({ lines: Uint8Array.from(Buffer.from(text)), n: part.length, at: first.at });
  };
  for (const [i, line] of lines.entries()) {
    if (bytes + line.bytes > BATCH_BYTES) {
      cut(i);
      from = i;
      bytes = 0;
    }
    bytes += line.bytes;
  }
  cut(lines.length);
  return batches;
}

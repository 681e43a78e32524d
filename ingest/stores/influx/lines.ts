import { LineReader } from "@anhu/core/line-protocol";
import type { LineCode } from "../../check/line.ts";
import { checkStored } from "../../check/line.ts";

/** The lines of a write that the registry knows, as text that can be cut between any two of them. */
export class CheckedLines {
  readonly refused: readonly { readonly line: number; readonly code: LineCode }[];
  readonly #text: Buffer;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #numbers: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const refused: { line: number; code: LineCode }[] = [];
    const line = new LineReader(bytes);
    for (let number = 1; line.next(); number += 1) {
      const code = checkStored(line);
      if (code !== null) {
        refused.push({ line: number, code });
        continue;
      }
      this.#starts.push(line.start);
      this.#ends.push(line.end);
      this.#numbers.push(number);
    }
    this.refused = refused;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** The number of a line in the write, 1-based. */
  number(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  /** The lines [from, to) as line protocol. */
  text(from: number, to: number): string {
    if (this.refused.length === 0) return this.#slice(from, to - 1);
    const lines = this.#starts.slice(from, to).map((_, at) => this.#slice(from + at, from + at));
    return lines.join("\n");
  }

  #slice(first: number, last: number): string {
    return this.#text.toString("utf8", this.#starts[first] ?? 0, this.#ends[last] ?? 0);
  }
}

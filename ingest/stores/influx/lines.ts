import { LineReader } from "@anhu/core/line-protocol";
import type { LineCode } from "../../check/line.ts";
import { checkStored } from "../../check/line.ts";
import type { TaggedLines } from "../store.ts";

/** The lines of a write that the registry knows, as text that can be cut between any two of them. */
export class CheckedLines {
  readonly refused: { readonly line: number; readonly code: LineCode }[] = [];
  readonly #text: Buffer;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #numbers: number[] = [];

  constructor({ bytes, marks }: TaggedLines) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (marks === undefined) this.#check(bytes);
    else this.#trust(marks);
  }

  get bytes(): number {
    return this.#text.length;
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

  #check(bytes: Uint8Array): void {
    const line = new LineReader(bytes);
    for (let number = 1; line.next(); number += 1) {
      const code = checkStored(line);
      if (code === null) this.#add(number, line.start, line.end);
      else this.refused.push({ line: number, code });
    }
  }

  #trust(marks: Int32Array): void {
    let start = 0;
    for (let i = 2; i < marks.length; i += 3) {
      const end = marks[i] ?? 0;
      this.#add(this.count + 1, start, end - 1);
      start = end;
    }
  }

  #add(number: number, start: number, end: number): void {
    this.#numbers.push(number);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  #slice(first: number, last: number): string {
    return this.#text.toString("utf8", this.#starts[first] ?? 0, this.#ends[last] ?? 0);
  }
}

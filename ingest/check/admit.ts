/**
 * From what a gateway sent to what a store keeps, without leaving bytes:
 *
 *   in   smoke,device=s1,room=r302                              alarm=true 1763719200123
 *   out  smoke,device=s1,facility=pt-1,gateway=gw1,room=r302 alarm=true 1763719200123\n
 */
import type { TagRange } from "@anhu/core/line-protocol";
import { LineReader } from "@anhu/core/line-protocol";
import type { GatewayAddress } from "@anhu/core/wire";
import type { CheckedKind, LineCode } from "./line.ts";
import { checkFields, kindOf } from "./line.ts";
import { Words } from "./words.ts";
import type { TaggedLines } from "../stores/store.ts";

/** A line that is not stored: its number, 1-based among the lines of the body, and why. */
export interface RefusedLine {
  readonly line: number;
  readonly code: LineCode;
}

export interface Admitted {
  readonly lines: TaggedLines;
  /** For each admitted line its number in the body. */
  readonly numbers: readonly number[];
  readonly refused: readonly RefusedLine[];
}

export interface Rules {
  readonly address: GatewayAddress;
  /** Inclusive bounds for a line's time, UTC ms. */
  readonly oldest: number;
  readonly newest: number;
  /** `any`: the unit of each time is told by its length, as for a Telegraf; the store gets milliseconds. */
  readonly unit: "ms" | "any";
}

/** Checks every line of a batch's body and adds the tags that ingest owns. Linear; keeps one buffer between calls. */
export class Admission {
  #out = new Uint8Array(64 * 1024);
  #length = 0;
  #marks: number[] = [];

  admit(batch: Uint8Array, bodyOffset: number, rules: Rules): Admitted {
    const owned = encoder.encode(
      `,facility=${rules.address.facility},gateway=${rules.address.gateway}`,
    );
    const numbers: number[] = [];
    const refused: RefusedLine[] = [];
    this.#length = 0;
    this.#marks = [];
    const line = new LineReader(batch, bodyOffset);
    for (let number = 1; line.next(); number++) {
      const code = this.#line(line, owned, rules);
      if (code === null) numbers.push(number);
      else refused.push({ line: number, code });
    }
    const lines = {
      bytes: this.#out.slice(0, this.#length),
      count: numbers.length,
      marks: Int32Array.from(this.#marks),
    };
    return { lines, numbers, refused };
  }

  #line(line: LineReader, owned: Uint8Array, rules: Rules): LineCode | null {
    if (line.error !== null) return "bad_line";
    const kind = kindOf(line);
    if (kind === undefined) return "unknown_kind";
    const tags = tagsOf(line, kind);
    if (typeof tags === "string") return tags;
    const wrong = checkFields(line, kind);
    if (wrong !== null) return wrong;
    if (line.timeStart === line.timeEnd) return "no_time";
    const time = timeOf(line, rules.unit);
    if (time < rules.oldest) return "time_too_old";
    if (time > rules.newest) return "time_too_new";

    this.#reserve(line.end - line.start + owned.length + 32);
    const { bytes } = line;
    this.#copy(bytes, line.start, line.nameEnd);
    this.#tag(bytes, tags.device);
    this.#copy(owned, 0, owned.length);
    if (tags.resident !== undefined) this.#tag(bytes, tags.resident);
    this.#tag(bytes, tags.room);
    const seriesEnd = this.#length;
    this.#out[this.#length++] = SPACE;
    this.#copy(bytes, line.fieldsStart, line.fieldsEnd);
    const fieldsEnd = this.#length;
    this.#out[this.#length++] = SPACE;
    if (rules.unit === "ms") this.#copy(bytes, line.timeStart, line.timeEnd);
    else this.#copy(encoder.encode(String(time)), 0, String(time).length);
    this.#out[this.#length++] = LF;
    this.#marks.push(seriesEnd, fieldsEnd, this.#length);
    return null;
  }

  #tag(bytes: Uint8Array, tag: TagRange): void {
    this.#out[this.#length++] = COMMA;
    this.#copy(bytes, tag.keyStart, tag.valueEnd);
  }

  /** Byte by byte: the pieces are short, and a call per piece costs more than they do. */
  #copy(from: Uint8Array, start: number, end: number): void {
    const out = this.#out;
    let length = this.#length;
    for (let i = start; i < end; i++) out[length++] = from[i] ?? 0;
    this.#length = length;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return;
    const larger = new Uint8Array((this.#length + bytes) * 2);
    larger.set(this.#out.subarray(0, this.#length));
    this.#out = larger;
  }
}

interface Tags {
  readonly device: TagRange;
  readonly room: TagRange;
  readonly resident: TagRange | undefined;
}

/** Finds the tags a gateway must send, in any order. */
function tagsOf(line: LineReader, kind: CheckedKind): Tags | LineCode {
  let device: TagRange | undefined;
  let room: TagRange | undefined;
  let resident: TagRange | undefined;
  for (let i = 0; i < line.tagCount; i++) {
    const tag = line.tags[i];
    const name = tag && GATEWAY_TAGS.get(line.bytes, tag.keyStart, tag.keyEnd);
    if (name === undefined || (name === "resident" && !kind.resident)) return "foreign_tag";
    if (name === "device") {
      if (device !== undefined) return "duplicate_tag";
      device = tag;
    } else if (name === "room") {
      if (room !== undefined) return "duplicate_tag";
      room = tag;
    } else {
      if (resident !== undefined) return "duplicate_tag";
      resident = tag;
    }
  }
  if (device === undefined || room === undefined) return "missing_tag";
  if (kind.resident && resident === undefined) return "missing_tag";
  return { device, room, resident };
}

/** The line's time in UTC ms; with `any`, 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. */
function timeOf(line: LineReader, unit: Rules["unit"]): number {
  const { bytes, timeStart, timeEnd } = line;
  const negative = bytes[timeStart] === MINUS;
  const start = negative ? timeStart + 1 : timeStart;
  const digits = timeEnd - start;
  let end = timeEnd;
  let factor = 1;
  if (unit === "any") {
    if (digits > 17) end -= 6;
    else if (digits > 14) end -= 3;
    else if (digits < 12) factor = 1000;
  }
  let time = 0;
  for (let i = start; i < end; i++) time = time * 10 + (bytes[i] ?? 0) - ZERO;
  return negative ? -time : time * factor;
}

const LF = 0x0a;
const SPACE = 0x20;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const GATEWAY_TAGS = new Words(
  (["device", "room", "resident"] as const).map((tag) => [tag, tag] as const),
);
const encoder = new TextEncoder();

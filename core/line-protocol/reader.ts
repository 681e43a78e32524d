/**
 * InfluxDB line protocol, cut into offsets: one pass over the bytes, nothing copied.
 *
 *   smoke,device=smoke-302,room=r302 alarm=true,test=false 1763719200123\n
 *   ^start          seriesEnd^       ^fieldsStart          ^timeStart   ^end
 *
 * Grammar: InfluxData's line protocol v2 (docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol), held to its corpus.
 * A line ends at LF, CR LF or the end of the input; a line break inside a quoted string is part of the string.
 * After a mistake reading goes on behind the first line break at or after the place of the mistake; for a string
 * that is never closed that place is its opening quote.
 */

import type { FieldCode } from "./value.ts";
import { FIELD, INVALID, inInt64, isDigit, isUtf8, OUT_OF_RANGE, wordType } from "./value.ts";

/** Why a line is not line protocol. */
export type LineReason =
  | "bad_comment"
  | "no_measurement"
  | "bad_tag"
  | "no_fields"
  | "bad_field"
  | "bad_value"
  | "out_of_range"
  | "unclosed_string"
  | "bad_time"
  | "bad_utf8";

export interface LineError {
  readonly reason: LineReason;
  /** Byte offset into the input where it was noticed. */
  readonly offset: number;
}

/** Key and value as byte ranges, escapes untouched; a string's range is what stands between its quotes. */
export interface TagRange {
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
}

export interface FieldRange extends TagRange {
  type: FieldCode;
}

/**
 * Reads line by line: `while (reader.next()) ...`. The properties describe the line just read and are overwritten by
 * the next one; `tags` and `fields` hold `tagCount` and `fieldCount` valid entries. With `error` set only `start` and `end` count.
 * Never throws; linear in the input.
 */
export class LineReader {
  readonly bytes: Uint8Array;
  start = 0;
  /** Behind the last byte of the line, its line break not included. */
  end = 0;
  nameEnd = 0;
  /** Behind the last tag. */
  seriesEnd = 0;
  fieldsStart = 0;
  fieldsEnd = 0;
  /** `timeStart === timeEnd`: the line has no time. */
  timeStart = 0;
  timeEnd = 0;
  readonly tags: TagRange[] = [];
  tagCount = 0;
  readonly fields: FieldRange[] = [];
  fieldCount = 0;
  error: LineError | null = null;
  #at: number;

  constructor(bytes: Uint8Array, from = 0) {
    this.bytes = bytes;
    this.#at = from;
  }

  /** Moves to the next line that is neither blank nor a comment; false at the end of the input. */
  next(): boolean {
    this.error = null;
    for (;;) {
      this.#skip(SPACE);
      this.start = this.#at;
      const byte = this.#peek();
      if (byte === NONE) return false;
      if (byte === HASH) {
        this.#skipWhile(COMMENT);
        if (this.#lineBreak()) continue;
        this.#fail("bad_comment", this.#at);
      } else if ((byte === LF || byte === CR) && this.#lineBreak()) continue;
      if (this.error !== null || !this.#line()) this.#resync();
      return true;
    }
  }

  #line(): boolean {
    this.tagCount = 0;
    this.fieldCount = 0;
    if (!this.#token(NAME_END, NAME_ESCAPE)) return false;
    this.nameEnd = this.#at;
    if (this.nameEnd === this.start) return this.#fail("no_measurement", this.start);
    while (this.#peek() === COMMA) if (!this.#tag()) return false;
    this.seriesEnd = this.#at;
    if (this.#peek() !== SPACE) {
      return this.#fail(this.#atLineEnd() ? "no_fields" : "bad_tag", this.#at);
    }
    this.#skip(SPACE);
    this.fieldsStart = this.#at;
    if (this.#atLineEnd()) return this.#fail("no_fields", this.#at);
    if (!this.#field()) return false;
    while (this.#peek() === COMMA) {
      this.#at++;
      if (!this.#field()) return false;
    }
    this.fieldsEnd = this.#at;
    return this.#time();
  }

  #tag(): boolean {
    const keyStart = ++this.#at;
    if (!this.#token(KEY_END, KEY_ESCAPE)) return false;
    const keyEnd = this.#at;
    if (keyEnd === keyStart || this.#peek() !== EQUALS) return this.#fail("bad_tag", keyEnd);
    const valueStart = ++this.#at;
    if (!this.#token(KEY_END, KEY_ESCAPE)) return false;
    if (this.#at === valueStart) return this.#fail("bad_tag", valueStart);
    const tag = (this.tags[this.tagCount++] ??= {
      keyStart: 0,
      keyEnd: 0,
      valueStart: 0,
      valueEnd: 0,
    });
    tag.keyStart = keyStart;
    tag.keyEnd = keyEnd;
    tag.valueStart = valueStart;
    tag.valueEnd = this.#at;
    return true;
  }

  #field(): boolean {
    const keyStart = this.#at;
    if (!this.#token(KEY_END, KEY_ESCAPE)) return false;
    const keyEnd = this.#at;
    if (keyEnd === keyStart || this.#peek() !== EQUALS) return this.#fail("bad_field", keyEnd);
    this.#at++;
    const field = (this.fields[this.fieldCount++] ??= {
      keyStart: 0,
      keyEnd: 0,
      valueStart: 0,
      valueEnd: 0,
      type: FIELD.float,
    });
    field.keyStart = keyStart;
    field.keyEnd = keyEnd;
    return this.#peek() === QUOTE ? this.#string(field) : this.#word(field);
  }

  #string(field: FieldRange): boolean {
    const { bytes } = this;
    const open = this.#at;
    let high = 0;
    let at = open + 1;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? NONE;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH && (bytes[at + 1] === QUOTE || bytes[at + 1] === BACKSLASH)) at++;
      high |= byte;
    }
    if (at >= bytes.length) return this.#fail("unclosed_string", open);
    if (high >= 0x80 && !isUtf8(bytes.subarray(open + 1, at))) return this.#fail("bad_utf8", open);
    field.valueStart = open + 1;
    field.valueEnd = at;
    field.type = FIELD.string;
    this.#at = at + 1;
    const next = this.#peek();
    return next === COMMA || next === SPACE || this.#atLineEnd()
      ? true
      : this.#fail("bad_field", this.#at);
  }

  #word(field: FieldRange): boolean {
    const start = this.#at;
    this.#skipWhile(WORD);
    field.valueStart = start;
    field.valueEnd = this.#at;
    const type = wordType(this.bytes, start, this.#at);
    if (type === OUT_OF_RANGE) return this.#fail("out_of_range", start);
    if (type === INVALID) return this.#fail("bad_value", start);
    field.type = type;
    return true;
  }

  #time(): boolean {
    this.#skip(SPACE);
    this.timeStart = this.#at;
    if (this.#peek() === MINUS) this.#at++;
    const digits = this.#at;
    while (isDigit(this.#peek())) this.#at++;
    this.timeEnd = this.#at;
    if (digits === this.timeEnd && digits !== this.timeStart) return this.#fail("bad_time", digits);
    if (!inInt64(this.bytes, this.timeStart, this.timeEnd)) {
      return this.#fail("out_of_range", this.timeStart);
    }
    this.#skip(SPACE);
    this.end = this.timeEnd === this.timeStart ? this.fieldsEnd : this.timeEnd;
    return this.#lineBreak() || this.#fail("bad_time", this.#at);
  }

  /** Moves behind a name, key or tag value. */
  #token(stop: number, escape: number): boolean {
    const { bytes } = this;
    const start = this.#at;
    let at = start;
    let high = 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? NONE;
      if (byte === BACKSLASH) {
        if (((CLASS[bytes[at + 1] ?? 0] ?? 0) & escape) !== 0) at++;
      } else if (((CLASS[byte] ?? 0) & stop) !== 0) break;
      high |= byte;
    }
    this.#at = at;
    return high < 0x80 || isUtf8(bytes.subarray(start, at)) || this.#fail("bad_utf8", start);
  }

  #peek(): number {
    return this.bytes[this.#at] ?? NONE;
  }

  #skip(byte: number): void {
    while (this.bytes[this.#at] === byte) this.#at++;
  }

  #skipWhile(wanted: number): void {
    const { bytes } = this;
    let at = this.#at;
    while (at < bytes.length && ((CLASS[bytes[at] ?? 0] ?? 0) & wanted) !== 0) at++;
    this.#at = at;
  }

  #atLineEnd(): boolean {
    const byte = this.#peek();
    return byte === NONE || byte === LF || byte === CR;
  }

  /** Consumes LF, CR LF, or CR at the end of the input. */
  #lineBreak(): boolean {
    const byte = this.#peek();
    if (byte === NONE) return true;
    const behind = this.bytes[this.#at + 1];
    if (byte === CR && behind !== undefined && behind !== LF) return false;
    if (byte !== CR && byte !== LF) return false;
    this.#at += byte === CR && behind === LF ? 2 : 1;
    return true;
  }

  #fail(reason: LineReason, offset: number): false {
    this.error = { reason, offset };
    return false;
  }

  #resync(): void {
    const from = this.error?.offset ?? this.#at;
    const found = this.bytes.indexOf(LF, from);
    const lf = found < 0 ? this.bytes.length : found;
    this.end = lf > this.start && this.bytes[lf - 1] === CR ? lf - 1 : lf;
    this.#at = found < 0 ? lf : lf + 1;
  }
}

const NONE = -1;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const COMMA = 0x2c;
const MINUS = 0x2d;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** Bits of CLASS: what ends a measurement; a key or tag value; what may be escaped in each; what an unquoted value and a comment consist of. */
const NAME_END = 1;
const KEY_END = 2;
const NAME_ESCAPE = 4;
const KEY_ESCAPE = 8;
const WORD = 16;
const COMMENT = 32;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const control = byte < 0x20 || byte === 0x7f;
  const separator = byte === COMMA || byte === SPACE;
  let bits = 0;
  if (control || separator) bits |= NAME_END;
  if (control || separator || byte === EQUALS) bits |= KEY_END;
  if (separator) bits |= NAME_ESCAPE;
  if (separator || byte === EQUALS) bits |= KEY_ESCAPE;
  if (!separator && byte !== LF && byte !== CR) bits |= WORD;
  if (!control) bits |= COMMENT;
  return bits;
});

import type { LineError, TagRange } from "./reader.ts";
import { LineReader } from "./reader.ts";
import { FIELD } from "./value.ts";

/** A field's value with its type on the wire. */
export type LineValue =
  | { readonly float: number }
  | { readonly int: bigint }
  | { readonly uint: bigint }
  | { readonly string: string }
  | { readonly bool: boolean };

export interface Line {
  readonly name: string;
  /** In the order of the line. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly (readonly [key: string, value: LineValue])[];
  /** UTC nanoseconds; null when the line has none and no default was given. */
  readonly time: bigint | null;
}

export interface Mistake {
  /** 1-based among the lines that are neither blank nor a comment. */
  readonly line: number;
  readonly reason: LineError["reason"] | "duplicate_tag";
  /** Byte offset into the input. */
  readonly offset: number;
}

export type Precision = "ns" | "us" | "ms" | "s";

export interface ParseOptions {
  readonly precision: Precision;
  /** UTC nanoseconds for lines without a time, cut to `precision`. */
  readonly defaultTime?: bigint;
}

/** Reads all lines to values; a line that is wrong becomes a mistake and the others stay. Never throws. */
export function parse(
  bytes: Uint8Array,
  options: ParseOptions,
): { lines: Line[]; mistakes: Mistake[] } {
  const unit = NANOSECONDS[options.precision];
  const fallback =
    options.defaultTime === undefined
      ? null
      : options.defaultTime - (((options.defaultTime % unit) + unit) % unit);
  const lines: Line[] = [];
  const mistakes: Mistake[] = [];
  const reader = new LineReader(bytes);
  for (let line = 1; reader.next(); line++) {
    const parsed = reader.error ?? lineOf(reader, unit, fallback);
    if ("reason" in parsed) mistakes.push({ line, ...parsed });
    else lines.push(parsed);
  }
  return { lines, mistakes };
}

/** Reads what a store keeps of a point, `alarm=true,test=false`, to plain values; 64-bit integers become numbers. */
export function parseFields(text: string): Record<string, number | boolean | string> {
  const line = parse(new TextEncoder().encode(`f ${text}`), { precision: "ms" }).lines[0];
  return Object.fromEntries((line?.fields ?? []).map(([key, value]) => [key, plain(value)]));
}

/** The value without its type on the wire; 64-bit integers become numbers. */
export function plain(value: LineValue): number | boolean | string {
  if ("float" in value) return value.float;
  if ("int" in value) return Number(value.int);
  if ("uint" in value) return Number(value.uint);
  return "string" in value ? value.string : value.bool;
}

function lineOf(
  reader: LineReader,
  unit: bigint,
  fallback: bigint | null,
): Line | Omit<Mistake, "line"> {
  const { bytes } = reader;
  const text = (start: number, end: number): string => utf8.decode(bytes.subarray(start, end));
  const tags = new Map<string, string>();
  for (const range of reader.tags.slice(0, reader.tagCount)) {
    const key = unescapeKey(text(range.keyStart, range.keyEnd));
    if (tags.has(key)) return { reason: "duplicate_tag", offset: range.keyStart };
    tags.set(key, unescapeKey(text(range.valueStart, range.valueEnd)));
  }
  const given = text(reader.timeStart, reader.timeEnd);
  const time = given === "" ? fallback : BigInt(given) * unit;
  if (time !== null && BigInt.asIntN(64, time) !== time) {
    return { reason: "out_of_range", offset: reader.timeStart };
  }
  return {
    name: text(reader.start, reader.nameEnd).replaceAll(/\\([, ])/g, "$1"),
    tags: [...tags],
    fields: reader.fields
      .slice(0, reader.fieldCount)
      .map((field) => [
        unescapeKey(text(field.keyStart, field.keyEnd)),
        valueOf(field, text(field.valueStart, field.valueEnd)),
      ]),
    time,
  };
}

function valueOf(field: TagRange & { type: number }, text: string): LineValue {
  switch (field.type) {
    case FIELD.int:
      return { int: BigInt(text.slice(0, -1)) };
    case FIELD.uint:
      return { uint: BigInt(text.slice(0, -1)) };
    case FIELD.string:
      return { string: text.replaceAll(/\\(["\\])/g, "$1") };
    case FIELD.boolean:
      return { bool: text.startsWith("t") || text.startsWith("T") };
    default:
      return { float: Number(text) };
  }
}

function unescapeKey(text: string): string {
  return text.replaceAll(/\\([,= ])/g, "$1");
}

const NANOSECONDS = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n } as const;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** InfluxData's line-protocol corpus (MIT), read from the folder that ANHU_CORPORA names; it is not part of this repository. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LineValue, Precision } from "./index.ts";
import { parse, writeLine } from "./index.ts";

/** Cases of the corpus that are answered otherwise on purpose: key -> why. */
const KNOWN_GAPS: Readonly<Record<string, string>> = {
  "34f17db4b263f6f2647d931eae615510":
    "encode: 6.632243e+06 is written 6632243, the same number without an exponent",
};

interface Value {
  float?: number | bigint;
  int?: number | bigint;
  uint?: number | bigint;
  string?: string;
  bool?: boolean;
}
interface Metric {
  time: bigint | number;
  name: string;
  tags: { key: string; value: string }[];
  fields: { key: string; value: Value }[];
}
interface Corpus {
  decode: Record<
    string,
    {
      input: {
        text: string | { binary: string };
        defaultTime: bigint | number;
        precision: string;
      };
      output: { result?: Metric[]; error?: string };
    }
  >;
  encode: Record<string, { input: { point: Metric }; output: { result?: string; error?: string } }>;
}

const folder = process.env["ANHU_CORPORA"];
const corpus = folder === undefined ? null : read(join(folder, "line-protocol.json"));
if (corpus === null) console.warn("ANHU_CORPORA is not set: the line-protocol corpus is not run");

test.skipIf(corpus === null)("decodes every case of the corpus as it says", () => {
  const cases = Object.entries(corpus?.decode ?? {});
  expect(cases.length).toBeGreaterThan(4000);
  const wrong = cases.flatMap(([key, { input, output }]) => {
    const bytes =
      typeof input.text === "string"
        ? new TextEncoder().encode(input.text)
        : Uint8Array.from(Buffer.from(input.text.binary, "base64"));
    const precision = PRECISION[input.precision] ?? "ns";
    const { lines, mistakes } = parse(bytes, { precision, defaultTime: BigInt(input.defaultTime) });
    const same =
      output.result === undefined
        ? mistakes.length > 0
        : mistakes.length === 0 &&
          show(lines.map((line) => ({ ...line, tags: line.tags.toSorted(byKey) }))) ===
            show(output.result.map(fromCorpus));
    return same || key in KNOWN_GAPS ? [] : [{ key, text: input.text, output, lines, mistakes }];
  });
  expect(wrong).toEqual([]);
});

test.skipIf(corpus === null)("encodes every case of the corpus as it says", () => {
  const cases = Object.entries(corpus?.encode ?? {});
  expect(cases.length).toBeGreaterThan(50);
  const wrong = cases.flatMap(([key, { input, output }]) => {
    const written = writeLine(fromCorpus(input.point));
    const text = written.ok ? written.value : "refused";
    return text === (output.result ?? "refused") || key in KNOWN_GAPS
      ? []
      : [{ key, text, output }];
  });
  expect(wrong).toEqual([]);
});

test.skipIf(corpus === null)("known gaps are still in the corpus", () => {
  for (const key of Object.keys(KNOWN_GAPS))
    expect({ ...corpus?.decode, ...corpus?.encode }).toHaveProperty(key);
});

const PRECISION: Readonly<Record<string, Precision>> = { "1µs": "us", "1ms": "ms", "1s": "s" };

function fromCorpus(metric: Metric) {
  return {
    name: metric.name,
    tags: metric.tags.map(({ key, value }): [string, string] => [key, value]),
    fields: metric.fields.map(({ key, value }): [string, LineValue] => [key, lineValue(value)]),
    time: BigInt(metric.time),
  };
}

function lineValue(value: Value): LineValue {
  if (value.int !== undefined) return { int: BigInt(value.int) };
  if (value.uint !== undefined) return { uint: BigInt(value.uint) };
  if (value.float !== undefined) return { float: Number(value.float) };
  return value.string === undefined ? { bool: value.bool ?? false } : { string: value.string };
}

/** Text for comparison; JSON has no negative zero, so it is none here either. */
function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? `${part}n` : part,
  );
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  if (a[0] === b[0]) return 0;
  return a[0] < b[0] ? -1 : 1;
}

function read(path: string): Corpus {
  return JSON.parse(readFileSync(path, "utf8"), exact) as Corpus;
}

/** Keeps integers that a double cannot hold. */
function exact(_: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source ?? "";
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}

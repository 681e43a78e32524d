import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LineValue } from "./index.ts";
import { lineOf, LineReader, parse, writeLine } from "./index.ts";

const token = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...Array.from('ab,= \\"#')),
      fc.string({ unit: "grapheme", maxLength: 1 }),
    ),
    minLength: 1,
  })
  .filter(
    (text) =>
      writeLine({ name: "m", tags: [[text, "v"]], fields: [["f", { bool: true }]], time: null }).ok,
  );
const value: fc.Arbitrary<LineValue> = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((float) => ({ float: float + 0 })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((int) => ({ int })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((uint) => ({ uint })),
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...Array.from('\n\r\\", ')),
        fc.string({ unit: "grapheme", maxLength: 1 }),
      ),
    })
    .map((string) => ({ string })),
  fc.boolean().map((bool) => ({ bool })),
);
const line = fc.record({
  name: token.filter((name) => !/^ *#/.test(name)),
  tags: fc.uniqueArray(fc.tuple(token, token), { selector: ([key]) => key, maxLength: 4 }),
  fields: fc.array(fc.tuple(token, value), { minLength: 1, maxLength: 4 }),
  time: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
});
/** Bytes that meet the grammar's corners far more often than chance would. */
const noise = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Array.from('m,= \n\r\\"#\0\xff1-eti.')),
      fc.constantFrom("m f=1", '="', "\\\n"),
    ),
  )
  .map((parts) => new Uint8Array(Buffer.from(parts.join(""), "latin1")));

function written(
  lines: readonly (typeof line extends fc.Arbitrary<infer T> ? T : never)[],
): Uint8Array {
  const texts = lines.map((one) => {
    const result = writeLine(one);
    return result.ok ? result.value : "";
  });
  return new TextEncoder().encode(texts.join("\n"));
}

test("what is written reads back the same", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      expect(parse(written(lines), { precision: "ns" })).toEqual({ lines, mistakes: [] });
    }),
  );
});

test("never throws, always ends, and its lines stand in order within the input", () => {
  fc.assert(
    fc.property(fc.oneof(noise, fc.uint8Array()), (bytes) => {
      const reader = new LineReader(bytes);
      let behind = 0;
      while (reader.next()) {
        expect(reader.start).toBeGreaterThanOrEqual(behind);
        expect(reader.end).toBeLessThanOrEqual(bytes.length);
        expect(reader.end).toBeGreaterThanOrEqual(reader.start);
        behind = reader.end;
      }
      parse(bytes, { precision: "s" });
    }),
    { numRuns: 2000 },
  );
});

test("cut anywhere, only the line that was cut can change", () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.nat(), (lines, at) => {
      const bytes = written(lines);
      const cut = bytes.subarray(0, at % (bytes.length + 1));
      const whole = parse(bytes, { precision: "ns" }).lines;
      const part = parse(cut, { precision: "ns" }).lines;
      const complete = lines.findIndex(
        (_, index) => written(lines.slice(0, index + 1)).length > cut.length,
      );
      const kept = complete < 0 ? lines.length : complete;
      expect(part.slice(0, kept)).toEqual(whole.slice(0, kept));
    }),
  );
});

test("a bad line loses nothing but itself", () => {
  fc.assert(
    fc.property(line, line, (before, after) => {
      const bytes = Buffer.concat([
        written([before]),
        Buffer.from("\nm,a f=1\n"),
        written([after]),
      ]);
      const { lines, mistakes } = parse(bytes, { precision: "ns" });
      expect(lines).toEqual([before, after]);
      expect(mistakes).toMatchObject([{ line: 2, reason: "bad_tag" }]);
    }),
  );
});

test("twice the input is twice the work, whatever the input", () => {
  for (const unit of ['m f="\n', 'm f="\\\n', ",", "\\", '"', "m,a=b", "# \0\n", "m f=1,", "\n"]) {
    expect(reads(unit.repeat(2000))).toBeLessThanOrEqual(reads(unit.repeat(1000)) * 2 + 100);
  }
});

test("a stamped point becomes the line of a batch", () => {
  const point = {
    kind: "fall",
    device: "pendant-1",
    fields: { fall: true, stage: "suspected", impact_g: 3.5 },
    at: 17,
  } as const;
  expect(lineOf(point)).toBe(
    'fall,device=pendant-1,room=none,resident=none fall=true,stage="suspected",impact_g=3.5 17',
  );
  expect(() => lineOf({ ...point, fields: { impact_g: Number.NaN } })).toThrow(/impact_g/);
});

/** How many bytes are looked at in reading `text`. */
function reads(text: string): number {
  let count = 0;
  const bytes = new TextEncoder().encode(text);
  const counted = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) count++;
      if (key === "indexOf") {
        return (wanted: number, from: number) => {
          const found = target.indexOf(wanted, from);
          count += (found < 0 ? target.length : found) - from;
          return found;
        };
      }
      const got: unknown = Reflect.get(target, key);
      return typeof got === "function" ? (got.bind(target) as unknown) : got;
    },
  });
  const reader = new LineReader(counted);
  while (reader.next());
  return count;
}

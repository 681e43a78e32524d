import { expect, test } from "vitest";
import { LineReader, parse } from "./index.ts";

function read(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const reader = new LineReader(bytes);
  const seen: string[] = [];
  while (reader.next()) {
    const line = JSON.stringify(text.slice(reader.start, reader.end));
    seen.push(
      reader.error === null ? line : `${reader.error.reason}@${reader.error.offset} ${line}`,
    );
  }
  return seen;
}

test("gives the offsets of every part of a line", () => {
  const text = '  smoke,device=s1,room=r\\ 1   alarm=true,note="a b"  17  \r\n';
  const reader = new LineReader(new TextEncoder().encode(text));
  expect(reader.next()).toBe(true);
  expect(text.slice(reader.start, reader.nameEnd)).toBe("smoke");
  expect(text.slice(reader.start, reader.seriesEnd)).toBe("smoke,device=s1,room=r\\ 1");
  expect(text.slice(reader.fieldsStart, reader.fieldsEnd)).toBe('alarm=true,note="a b"');
  expect(text.slice(reader.timeStart, reader.timeEnd)).toBe("17");
  expect(text[reader.end]).toBe(" ");
  expect(reader.next()).toBe(false);
});

test("skips blank lines and comments, and ends lines at LF, CR LF and the end of the input", () => {
  expect(read("# a\n\n  \r\nm f=1\r\n # b\r\nm f=2\n\nm f=3\r")).toEqual(
    ["m f=1", "m f=2", "m f=3"].map((line) => JSON.stringify(line)),
  );
});

test("keeps a line break inside a quoted string", () => {
  expect(read('m f="a\nb" 1\nm f=2')).toEqual(['"m f=\\"a\\nb\\" 1"', '"m f=2"']);
});

test.each([
  ["m", "no_fields@1"],
  [",a=b f=1", "no_measurement@0"],
  ["m,a f=1", "bad_tag@3"],
  ["m,a= f=1", "bad_tag@4"],
  ["m,", "bad_tag@2"],
  ["m,a=b ", "no_fields@6"],
  ["m f", "bad_field@3"],
  ["m f=", "bad_value@4"],
  ["m f=1,", "bad_field@6"],
  ["m f=tRUE", "bad_value@4"],
  ["m f=0x10", "bad_value@4"],
  ["m f=NaN", "bad_value@4"],
  ["m f=1e999", "out_of_range@4"],
  ["m f=9223372036854775808i", "out_of_range@4"],
  ["m f=-1u", "bad_value@4"],
  ['m f="a"b', "bad_field@7"],
  ["m f=1 x", "bad_time@6"],
  ["m f=1 -", "bad_time@7"],
  ["m f=1 1 2", "bad_time@8"],
  ["m f=1 9223372036854775808", "out_of_range@6"],
  ["# a\u0001b", "bad_comment@3"],
])("says where and why %j is wrong, and reads the next line", (text, mistake) => {
  expect(read(`${text}\nm f=1`)).toEqual([`${mistake} ${JSON.stringify(text)}`, '"m f=1"']);
});

test("a string that is never closed costs one line", () => {
  expect(read('m f="a\nm f=1\nm f=2')).toEqual([
    'unclosed_string@4 "m f=\\"a"',
    '"m f=1"',
    '"m f=2"',
  ]);
});

test("reading can begin anywhere", () => {
  const reader = new LineReader(new TextEncoder().encode("# header\nm f=1"), 9);
  expect(reader.next()).toBe(true);
  expect(reader.start).toBe(9);
});

test("refuses the same tag twice, and names its line and place", () => {
  const bytes = new TextEncoder().encode("m f=1\n\nm,a=1,a=2 f=1");
  expect(parse(bytes, { precision: "ms" }).mistakes).toEqual([
    { line: 2, reason: "duplicate_tag", offset: 13 },
  ]);
});

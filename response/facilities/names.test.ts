import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { openNames } from "./names.ts";
import type { Names } from "./names.ts";

const FILE = "facilities: { f1: { residents: { p-1: 林秀英 }, staff: { s-01: 陈玉兰 } } }\n";

let folder: string;
let clock: FakeClock;
let names: Names;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-names-"));
  clock = new FakeClock(0);
});

afterEach(() => {
  names.close();
  rmSync(folder, { recursive: true });
});

function write(text: string, mode = 0o600): void {
  writeFileSync(join(folder, "names.yaml"), text);
  chmodSync(join(folder, "names.yaml"), mode);
}

function open(): Names {
  names = openNames({ dataDir: folder, clock, log: pino({ level: "silent" }) });
  return names;
}

test("a person has the name that the file gives; who is not in it has none", () => {
  write(FILE);
  const { resident, staff, trouble } = open();
  expect([resident("f1", "p-1"), staff("f1", "s-01"), trouble()]).toEqual([
    "林秀英",
    "陈玉兰",
    null,
  ]);
  for (const [facility, id] of [
    ["f1", "p-2"],
    ["f2", "p-1"],
    ["constructor", "name"],
    ["f1", "__proto__"],
  ]) {
    expect(resident(facility ?? "", id ?? "")).toBeNull();
  }
  expect(staff("f1", "p-1")).toBeNull();
});

test("without a file nobody has a name, and that is no trouble", () => {
  const { resident, trouble } = open();
  expect([resident("f1", "p-1"), trouble()]).toEqual([null, null]);
});

test("a file that others can read is not used, and health says what to do", () => {
  write(FILE, 0o640);
  const { resident, trouble } = open();
  expect(resident("f1", "p-1")).toBeNull();
  expect(trouble()).toMatch(/chmod 600/);
  chmodSync(join(folder, "names.yaml"), 0o600);
  clock.advance(10_000);
  expect([resident("f1", "p-1"), trouble()]).toEqual(["林秀英", null]);
});

test.each([
  ["facilities: { f1: { residents: { p-1: [林秀英] } } }", /\/facilities\/f1\/residents\/p-1/],
  ["facilities: { f1: { resident: { p-1: 林秀英 } } }", /f1/],
  ["facilities: { f1: {{ 林秀英", /no YAML/],
  ["", /its top/],
])("%j is refused without a name in the words, and the old names stay", (text, why) => {
  write(FILE);
  const { resident, trouble } = open();
  write(text);
  clock.advance(10_000);
  expect(trouble()).toMatch(why);
  expect(trouble()).not.toContain("林");
  expect(resident("f1", "p-1")).toBe("林秀英");
});

test("a name that is corrected is there within 10 s", () => {
  write(FILE);
  const { staff } = open();
  write(FILE.replace("陈玉兰", "陈玉莲花"));
  clock.advance(10_000);
  expect(staff("f1", "s-01")).toBe("陈玉莲花");
});

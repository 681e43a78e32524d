import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { openFacilities } from "./files.ts";
import type { OpenFacilities } from "./files.ts";

let folder: string;
let clock: FakeClock;
let told: number;
let facilities: OpenFacilities;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "anhu-facilities-"));
  mkdirSync(join(folder, "facilities"));
  write("facility.yaml", FACILITY_FILE);
  clock = new FakeClock(0);
  told = 0;
});

afterEach(async () => {
  await facilities.close();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<void> {
  facilities = await openFacilities({
    dataDir: folder,
    clock,
    log: pino({ level: "silent" }),
    changed: async () => void (told += 1),
  });
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.new`), text);
  renameSync(join(folder, `${name}.new`), join(folder, name));
}

/** The next look. */
async function look(): Promise<void> {
  const before = told;
  await expect
    .poll(() => {
      clock.advance(10_000);
      return told;
    })
    .toBeGreaterThan(before);
}

const bedsOf = (id: string) => facilities.byId.get(id)?.facility.beds;

test("a file that cannot be read or has mistakes is named, and the others are served", async () => {
  mkdirSync(join(folder, "facilities", "a.yaml"));
  write("facilities/b.yaml", "nonsense");
  write("facilities/c.yaml", FACILITY_FILE);
  await open();
  expect([...facilities.byId.keys()]).toEqual([FACILITY]);
  expect(facilities.mistakes).toEqual([
    expect.stringContaining("a.yaml: EISDIR"),
    expect.stringContaining("b.yaml: line 1"),
    expect.stringContaining("c.yaml: facility pt-licheng-0001 has a file already"),
  ]);
});

test("a file that changes counts anew, and one that is added is there", async () => {
  await open();
  expect([bedsOf(FACILITY), told]).toEqual([40, 1]);
  write("facility.yaml", FACILITY_FILE.replace("beds: 40", "beds: 41"));
  await look();
  expect(bedsOf(FACILITY)).toBe(41);
  write("facilities/other.yaml", FACILITY_FILE.replace(FACILITY, "xm-1"));
  await look();
  expect(bedsOf("xm-1")).toBe(40);
});

test("a file that breaks or goes never takes its facility away, and is named until it is right again", async () => {
  await open();
  write("facility.yaml", FACILITY_FILE.replace("kind: smoke", "kind: smoek"));
  await look();
  expect(bedsOf(FACILITY)).toBe(40);
  expect(facilities.mistakes).toEqual([expect.stringContaining("counts on")]);
  unlinkSync(join(folder, "facility.yaml"));
  await look();
  expect(bedsOf(FACILITY)).toBe(40);
  expect(facilities.mistakes).toEqual([expect.stringContaining("is gone; what it said")]);
  write("facility.yaml", FACILITY_FILE.replace("beds: 40", "beds: 42"));
  await look();
  expect([bedsOf(FACILITY), facilities.mistakes]).toEqual([42, []]);
});

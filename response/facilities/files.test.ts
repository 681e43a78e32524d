import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import { readFacilities } from "./files.ts";

const log = pino({ level: "silent" });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-facilities-"));
  writeFileSync(join(folder, "facility.yaml"), FACILITY_FILE);
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a facility file that cannot be read or has mistakes is named, and the others are served", () => {
  mkdirSync(join(folder, "facilities", "a.yaml"), { recursive: true });
  writeFileSync(join(folder, "facilities", "b.yaml"), "nonsense");
  const { byId, mistakes } = readFacilities(folder, log);
  expect([...byId.keys()]).toEqual([FACILITY]);
  expect(mistakes).toEqual([
    expect.stringContaining("a.yaml: EISDIR"),
    expect.stringContaining("b.yaml: line 1"),
  ]);
});

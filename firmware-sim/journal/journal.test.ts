import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { openJournal } from "./journal.ts";
import { readJournal } from "./read.ts";

let directory: string;
let path: string;
let clock: FakeClock;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "anhu-journal-"));
  path = join(directory, "sim", "journal.jsonl");
  clock = new FakeClock(1000);
});

afterEach(() => rmSync(directory, { recursive: true }));

const fact = (at: number) => ({
  at,
  wire: "panel",
  device: "smoke-302",
  address: "1/1/0x0002000a",
  kind: "smoke",
  fields: { alarm: true },
  device_time_ms: at,
});

it("a fact and what was learned later are read as one entry", async () => {
  const journal = openJournal({ path, clock });
  const first = journal.write(fact(1));
  journal.write(fact(2));
  journal.learn(first, { sent_at: 5, listened: true });
  journal.learn(first, { confirmed_at: 9 });
  journal.close();
  const { facts, skipped } = await readJournal(path);
  expect(skipped).toBe(0);
  expect(facts).toMatchObject([
    { ...fact(1), id: first, sent_at: 5, listened: true, confirmed_at: 9 },
    { ...fact(2), sent_at: null, listened: false, confirmed_at: null },
  ]);
});

it("lines reach the file within 100 ms", () => {
  const journal = openJournal({ path, clock });
  journal.write(fact(1));
  clock.advance(100);
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(2);
  journal.close();
});

it("goes on after a run that was killed in the middle of a line, with ids of its own", async () => {
  const before = openJournal({ path, clock });
  const id = before.write(fact(1));
  before.close();
  appendFileSync(path, '{"id":"torn');
  const after = openJournal({ path, clock });
  expect(after.write(fact(2))).not.toBe(id);
  after.close();
  const { facts, skipped } = await readJournal(path);
  expect(facts).toHaveLength(2);
  expect(skipped).toBe(1);
});

it("is bounded: old files move on and the oldest is deleted; what is left is read in order", async () => {
  const journal = openJournal({ path, clock, rotateBytes: 1000, keep: 2 });
  for (let at = 1; at <= 100; at++) {
    journal.write(fact(at));
    clock.advance(100);
  }
  journal.close();
  expect(readdirSync(join(directory, "sim")).toSorted()).toEqual([
    "journal.jsonl",
    "journal.jsonl.1",
    "journal.jsonl.2",
  ]);
  const times = (await readJournal(path)).facts.map(({ at }) => at);
  expect(times.at(-1)).toBe(100);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.length).toBeLessThan(20);
});

it("a missing journal is empty", async () => {
  expect(await readJournal(path)).toEqual({ facts: [], skipped: 0 });
});

it("a full disk stops nobody: lines wait, and beyond the buffer they are given up and counted", () => {
  const journal = openJournal({ path: "/dev/full", clock });
  const text = "x".repeat(1024 * 1024);
  for (let at = 1; at <= 10; at++) journal.write({ ...fact(at), fields: { text } });
  clock.advance(1000);
  expect(journal.stats()).toEqual({ facts: 10, lost: 3 });
  journal.close();
});

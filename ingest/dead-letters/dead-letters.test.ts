import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDeadLetters } from "./dead-letters.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-dead-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const letter = { at: 17, topic: "t", code: "bad_line", lines: [], bytes: new Uint8Array(1000) };

test("letters are there after a restart", () => {
  const path = join(folder, "a", "dead.db");
  openDeadLetters(path, 1e6).put(letter);
  const again = openDeadLetters(path, 1e6);
  expect(again.stats()).toMatchObject({ count: 1, dropped: 0 });
  again.close();
});

test("at the bound the oldest go, and are counted", () => {
  const letters = openDeadLetters(join(folder, "dead.db"), 5000);
  for (let i = 0; i < 10; i++) letters.put(letter);
  expect(letters.stats()).toMatchObject({ count: 4, dropped: 6 });
  expect(letters.stats().bytes).toBeLessThanOrEqual(5000);
  letters.close();
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { takePlaces } from "./lock.ts";

test("who runs already on a data directory is named with its process", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "anhu-lock-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  takePlaces(dataDir, ["broker"]);
  const again = () => takePlaces(dataDir, ["broker"]);
  expect(again).toThrow(`Anhu runs already on ${dataDir} (process ${process.pid})`);
});

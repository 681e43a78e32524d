import { existsSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { expect, test } from "vitest";

/** A path in backticks that begins with one of our folders, e.g. `edge/drivers/gb26875/decode.ts`. */
const PATH =
  /`((?:core|broker|edge|ingest|response|dashboards|firmware-sim|cli|test|docs|\.ci)\/[A-Za-z0-9_./-]*)`/g;

test("every path that the documents name exists", async () => {
  const missing: string[] = [];
  let seen = 0;
  for await (const document of glob(["*.md", "docs/**/*.md"])) {
    for (const match of readFileSync(document, "utf8").matchAll(PATH)) {
      seen += 1;
      const path = match[1] ?? "";
      if (!existsSync(path)) missing.push(`${document}: ${path}`);
    }
  }
  expect(missing).toEqual([]);
  expect(seen).toBeGreaterThan(10);
});

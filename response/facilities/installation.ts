/** What the set-up has made in the data directory, and response reads once. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Whether it holds the simulated demo facility, as the first start wrote down (docs/adr/0003). */
export function isDemo(dataDir: string): boolean {
  const path = join(dataDir, "installation.json");
  if (!existsSync(path)) return false;
  const { mode } = JSON.parse(readFileSync(path, "utf8")) as { readonly mode?: unknown };
  return mode === "demo";
}

/** What the codes on the walls are made of (core/people); null: set-up has made none, so there are no plates. */
export function roomKeyIn(dataDir: string): string | null {
  const path = join(dataDir, "secrets", "room-code.key");
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

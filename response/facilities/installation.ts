import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Whether a data directory holds the simulated demo facility, as the first start wrote down (docs/adr/0003). */
export function isDemo(dataDir: string): boolean {
  const path = join(dataDir, "installation.json");
  if (!existsSync(path)) return false;
  const { mode } = JSON.parse(readFileSync(path, "utf8")) as { readonly mode?: unknown };
  return mode === "demo";
}

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file that only its owner can read, whole or not at all; of several who write it at once one is the last. */
export function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(4).toString("hex")}.new`;
  writeFileSync(fresh, content, { mode: 0o600, flush: true });
  renameSync(fresh, path);
}

/** The file's JSON, or undefined when there is no such file. Throws on anything else. */
export function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** Which files of a data directory a backup holds, and in which order they are copied. */
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Source {
  /** In the data directory, with `/`. */
  readonly path: string;
  /** An SQLite database: copied by SQLite itself, consistent while others write. */
  readonly database: boolean;
  readonly bytes: number;
}

/** Where a restore lays everything out at first. */
export const WORK = ".restoring";

/** Made anew by every start, or worth nothing elsewhere. */
const LEFT_OUT = new Set(["logs", "locks", "sim", WORK]);
/** Parts of a database that SQLite copies with it, and files that are just being written. */
const PARTS = /(?:-wal|-shm|-journal|\.new|\.part)$/;
const MAGIC = "SQLite format 3\0";
/** No data directory of ours is deeper; links in a ring end here. */
const DEPTH = 8;

/**
 * What is to be copied, in this order: gateways, readings, incidents, the rest. A message leaves the gateway's outbox only once it is
 * stored, so with the outboxes copied first it is in at least one of the copies; one that is in both is sent again and stored once.
 */
export function collect(dataDir: string): Source[] {
  return walk(dataDir, "", 0).toSorted(
    (a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1),
  );
}

/** Whether a backup may hold a file of this path. */
export function isKept(path: string): boolean {
  const [top = "", ...rest] = path.split("/");
  return !LEFT_OUT.has(top) && !PARTS.test(rest.at(-1) ?? top);
}

function rank(path: string): number {
  const order = ["edge/", "ingest/", "response.db"];
  const found = order.findIndex((start) => path.startsWith(start));
  return found < 0 ? order.length : found;
}

function walk(root: string, folder: string, depth: number): Source[] {
  if (depth > DEPTH) return [];
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (!isKept(path)) return [];
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return walk(root, path, depth + 1);
    if (found?.isFile() !== true) return [];
    return [{ path, database: isDatabase(join(root, path)), bytes: found.size }];
  });
}

function isDatabase(path: string): boolean {
  const start = Buffer.alloc(MAGIC.length);
  const file = openSync(path, "r");
  try {
    return readSync(file, start) === start.length && start.toString("latin1") === MAGIC;
  } finally {
    closeSync(file);
  }
}

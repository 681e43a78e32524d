/**
 * Opening the outbox's file: WAL, synchronous=FULL (a commit that answered survives kill -9 and power loss).
 * A damaged file is moved aside, never repaired and never in the way.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "@anhu/core/errors";

export interface Opened {
  readonly db: DatabaseSync;
  /** Where a damaged file was moved to, or null. */
  readonly movedAside: string | null;
}

const FILE_NAME = "outbox.db";

/** SQLITE_CORRUPT and SQLITE_NOTADB: the file itself is damaged. https://sqlite.org/rescode.html */
const DAMAGED: readonly number[] = [11, 26];
const FULL = 13;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value ANY) STRICT;
  -- AUTOINCREMENT: a seq is never given twice, not even after its row was released.
  CREATE TABLE IF NOT EXISTS batch (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, boot TEXT NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL,
    source TEXT NOT NULL, offset_ms INTEGER NOT NULL,
    epoch INTEGER NOT NULL, -- 0: times are right; otherwise they wait for the shift of that epoch
    body BLOB NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS held ON batch (epoch) WHERE epoch <> 0;
  CREATE TABLE IF NOT EXISTS epoch (id INTEGER PRIMARY KEY, shift_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS alert (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, boot TEXT NOT NULL, at INTEGER NOT NULL,
    source TEXT NOT NULL, offset_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS slot (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS dedup (
    n INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (source, key)) STRICT;
  CREATE TABLE IF NOT EXISTS dead_letter (
    n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL) STRICT;
`;

/** Opens the outbox in `folder`. Throws when the disk does not let us; a damaged file is not a reason. */
export function openDatabase(folder: string, now: number): Opened {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE_NAME);
  try {
    return { db: openChecked(path), movedAside: null };
  } catch (thrown) {
    if (!existsSync(path) || !isDamaged(thrown)) throw thrown;
    const movedAside = `${path}.damaged-${now}`;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (existsSync(path + suffix)) renameSync(path + suffix, movedAside + suffix);
    }
    return { db: openChecked(path), movedAside };
  }
}

/** An outbox in memory: for a gateway whose disk is gone. */
export function openMemory(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(SCHEMA);
  return db;
}

function isDamaged(thrown: unknown): boolean {
  return DAMAGED.includes(resultCode(thrown));
}

/** True when there was no room. */
export function isFull(thrown: unknown): boolean {
  return resultCode(thrown) === FULL;
}

/** Runs `work` in a transaction: all of it or nothing. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (thrown) {
    // A full disk has sometimes rolled back already.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw thrown;
  }
}

function openChecked(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 256",
    );
    const answer = db.prepare("PRAGMA quick_check(1)").get();
    if (answer?.quick_check !== "ok") {
      throw Object.assign(new Error(messageOf(answer?.quick_check)), { errcode: DAMAGED[0] });
    }
    db.exec(SCHEMA);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** node:sqlite puts the extended result code into `errcode`; its low byte is the primary code. */
function resultCode(thrown: unknown): number {
  const code = thrown instanceof Error && "errcode" in thrown ? thrown.errcode : undefined;
  return typeof code === "number" ? code & 0xff : 0;
}

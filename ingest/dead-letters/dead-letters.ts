import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What was not stored, and why. */
export interface DeadLetter {
  /** UTC ms. */
  readonly at: number;
  readonly topic: string;
  /** Of the batch, or of the first line. */
  readonly code: string;
  /** Which lines of the batch, with their codes; empty when it is the whole batch. */
  readonly lines: readonly { readonly line: number; readonly code: string }[];
  readonly bytes: Uint8Array;
}

export interface DeadLetters {
  put(letter: DeadLetter): void;
  /** What is kept now, and how many went to make room since the start. */
  stats(): { readonly count: number; readonly bytes: number; readonly dropped: number };
  close(): void;
}

/**
 * Opens the dead letters: a SQLite file, WAL with synchronous=NORMAL, so that a letter outlives the process; against a power
 * cut there is the gateway's own copy. Bounded: past `maxBytes` the oldest letters go.
 */
export function openDeadLetters(path: string, maxBytes: number): DeadLetters {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS letter (
      id INTEGER PRIMARY KEY, at INTEGER NOT NULL, topic TEXT NOT NULL, code TEXT NOT NULL,
      lines TEXT NOT NULL, bytes BLOB NOT NULL, size INTEGER NOT NULL
    ) STRICT`);
  const insert = database.prepare(
    "INSERT INTO letter (at, topic, code, lines, bytes, size) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const oldest = database.prepare("SELECT id, size FROM letter ORDER BY id LIMIT 1");
  const remove = database.prepare("DELETE FROM letter WHERE id = ?");
  const kept = database.prepare("SELECT count(*) AS n, total(size) AS bytes FROM letter").get();
  let count = Number(kept?.["n"] ?? 0);
  let bytes = Number(kept?.["bytes"] ?? 0);
  let dropped = 0;

  return {
    put(letter) {
      const lines = JSON.stringify(letter.lines);
      const size = letter.bytes.length + lines.length + letter.topic.length + ROW_BYTES;
      insert.run(letter.at, letter.topic, letter.code, lines, letter.bytes, size);
      count++;
      bytes += size;
      while (bytes > maxBytes) {
        const row = oldest.get();
        if (row === undefined) break;
        remove.run(row["id"] ?? 0);
        count--;
        bytes -= Number(row["size"]);
        dropped++;
      }
    },
    stats: () => ({ count, bytes, dropped }),
    close: () => database.close(),
  };
}

const ROW_BYTES = 64;

import type { DatabaseSync, StatementResultingChanges, StatementSync } from "node:sqlite";

export type SqlValue = string | number | Uint8Array<ArrayBuffer>;

/** A database with its statements prepared once. */
export class Sql {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const made = this.db.prepare(text);
    this.#statements.set(text, made);
    return made;
  }

  run(text: string, values: readonly SqlValue[] = []): StatementResultingChanges {
    return this.prepare(text).run(...values);
  }

  /** A number of the `meta` table, or `otherwise`. */
  meta(key: string, otherwise: number): number {
    return Number(
      this.prepare("SELECT value FROM meta WHERE key = ?").get(key)?.value ?? otherwise,
    );
  }

  setMeta(key: string, value: number): void {
    this.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value]);
  }
}

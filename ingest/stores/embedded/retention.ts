import type { DatabaseSync } from "node:sqlite";

/** Deletes old points a few at a time, so that a write never waits long. */
export class Retention {
  readonly #database: DatabaseSync;
  #series = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** One step: at most STEP points older than `before` (UTC ms) of the next series. False when every series was looked at. */
  step(before: number): boolean {
    const next = this.#database
      .prepare("SELECT id FROM series WHERE id >= ? ORDER BY id LIMIT 1")
      .get(this.#series);
    if (next === undefined) {
      this.#series = 0;
      return false;
    }
    const id = Number(next["id"]);
    const deleted = this.#database
      .prepare(
        `DELETE FROM point WHERE series = ?1 AND at IN
           (SELECT at FROM point WHERE series = ?1 AND at < ?2 ORDER BY at LIMIT ${STEP})`,
      )
      .run(id, before).changes;
    this.#series = Number(deleted) < STEP ? id + 1 : id;
    return true;
  }
}

const STEP = 500;

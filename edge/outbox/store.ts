/**
 * The outbox's tables as operations, each one transaction. Synchronous: lives in a worker thread (worker.ts).
 *
 *   commit   readings + alerts + slots + dedup keys, all or nothing
 *   find     what to send next
 *   release  stored or refused: gone from here
 */
import type { DatabaseSync } from "node:sqlite";
import type { Alert, ClockSource } from "@anhu/core/wire";
import { Batches } from "./batches.ts";
import { transaction } from "./database.ts";
import { pickLines } from "./lines.ts";
import type {
  CommitRequest,
  DeadLetter,
  DedupKey,
  Found,
  Release,
  Remembered,
  WaitingAlert,
  Want,
} from "./model.ts";
import { Sql } from "./sql.ts";

const DEDUP_KEYS = 65_536;
const DEAD_LETTERS = 1000;

export class Store {
  readonly db: DatabaseSync;
  readonly #sql: Sql;
  readonly #boot: string;
  readonly #batches: Batches;
  #alerts: number;

  constructor(db: DatabaseSync, boot: string) {
    this.db = db;
    this.#sql = new Sql(db);
    this.#boot = boot;
    this.#batches = new Batches(this.#sql);
    this.#alerts = this.#countAlerts();
  }

  get totals(): { readonly batches: number; readonly bytes: number; readonly alerts: number } {
    return { batches: this.#batches.count, bytes: this.#batches.bytes, alerts: this.#alerts };
  }

  /** Writes everything of `request`; throws with nothing written. */
  commit(request: CommitRequest): void {
    const by = { boot: this.#boot, clock: request.clock };
    this.#transaction(() => {
      this.#batches.write(request.batches, by);
      for (const alert of request.alerts) this.#insertAlert({ alert, ...by });
      this.#writeSlots(request.slots);
      this.#writeDedup(request.dedup);
      this.#writeDeadLetters(request.deadLetters);
      this.#sql.setMeta("last_stamp", request.lastStamp);
    });
  }

  /** Batches whose times still wait for a trusted clock are not found. */
  find(want: Want): Found {
    return {
      alerts: want.alerts === 0 ? [] : this.#findAlerts(want),
      batches: want.readings === 0 ? [] : this.#batches.find(want),
    };
  }

  /** Forgets what was stored; what was refused becomes dead letters first. */
  release(release: Release): void {
    // A release that a crash undoes is only a message sent twice: not worth waiting for the disk.
    this.db.exec("PRAGMA synchronous = NORMAL");
    try {
      this.#transaction(() => {
        for (const refused of release.refused) this.#bury(release, refused);
        for (const seq of [...release.stored, ...release.refused.map((refused) => refused.seq)]) {
          this.#delete(release.kind, seq, release.boot);
        }
      });
    } finally {
      this.db.exec("PRAGMA synchronous = FULL");
    }
  }

  /** The times of readings that were stamped without a trusted clock were `shiftMs` too early: they can be sent now. */
  trust(shiftMs: number): void {
    this.#transaction(() => this.#batches.trust(shiftMs));
  }

  /** Gives up the oldest readings until at least `bytes` of them are gone or none is left; returns the number of lines. */
  dropOldest(bytes: number): number {
    return this.#transaction(() => this.#batches.dropOldest(bytes));
  }

  /** Takes over slots and what waits in another store, numbered anew under `boot`; throws with nothing written. */
  adopt(other: Store, boot: string): void {
    const { slots, lastStamp } = other.remembered();
    const all = { alerts: -1, readings: 0, exceptAlerts: [], exceptReadings: [], open: false };
    this.#transaction(() => {
      this.#batches.adopt(other.#batches, boot);
      for (const alert of other.#findAlerts(all)) this.#insertAlert({ ...alert, boot });
      this.#sql.run("DELETE FROM slot");
      this.#writeSlots(slots);
      this.#sql.setMeta("last_stamp", lastStamp);
    });
  }

  /** Time of the oldest reading or alert that waits. */
  oldest(): number | null {
    const times = ["batch", "alert"].map(
      (table) => this.#sql.prepare(`SELECT at FROM ${table} ORDER BY seq LIMIT 1`).get()?.at,
    );
    const known = times.filter((at) => typeof at === "number");
    return known.length === 0 ? null : Math.min(...known);
  }

  remembered(): Omit<Remembered, "movedAside"> {
    const slots = this.#sql.prepare("SELECT key, value FROM slot").all();
    const dedup = this.#sql.prepare("SELECT source, key FROM dedup ORDER BY n").all();
    return {
      slots: slots.map((row) => [String(row.key), String(row.value)] as const),
      dedup: dedup.map((row) => ({ source: String(row.source), key: String(row.key) })),
      lastStamp: this.#sql.meta("last_stamp", 0),
    };
  }

  close(): void {
    this.db.close();
  }

  #transaction<T>(work: () => T): T {
    try {
      return transaction(this.db, work);
    } catch (thrown) {
      this.#batches.recount();
      this.#alerts = this.#countAlerts();
      throw thrown;
    }
  }

  #findAlerts(want: Want): WaitingAlert[] {
    const rows = this.#sql
      .prepare(
        `SELECT * FROM alert WHERE boot || '/' || seq NOT IN (SELECT value FROM json_each(?))
         ORDER BY seq LIMIT ?`,
      )
      .all(JSON.stringify(want.exceptAlerts), want.alerts);
    return rows.map((row) => ({
      boot: String(row.boot),
      seq: Number(row.seq),
      clock: { source: row.source as ClockSource, offset_ms: Number(row.offset_ms) },
      alert: JSON.parse(String(row.body)) as Alert,
    }));
  }

  #insertAlert({ boot, clock, alert }: Omit<WaitingAlert, "seq">): void {
    this.#sql.run("INSERT INTO alert (boot, at, source, offset_ms, body) VALUES (?, ?, ?, ?, ?)", [
      boot,
      alert.at,
      clock.source,
      clock.offset_ms,
      JSON.stringify(alert),
    ]);
    this.#alerts += 1;
  }

  #delete(kind: Release["kind"], seq: number, boot: string): void {
    if (kind === "readings") this.#batches.delete(seq, boot);
    else {
      const { changes } = this.#sql.run("DELETE FROM alert WHERE seq = ? AND boot = ?", [
        seq,
        boot,
      ]);
      this.#alerts -= Number(changes);
    }
  }

  #bury({ kind, boot, at }: Release, { seq, code, lines }: Release["refused"][number]): void {
    const whole =
      kind === "readings" ? this.#batches.body(seq, boot) : this.#bodyOfAlert(seq, boot);
    if (whole === undefined) return;
    const body = lines.length === 0 ? whole : pickLines(whole, lines);
    this.#writeDeadLetters([{ at, source: kind, reason: code, body }]);
  }

  #bodyOfAlert(seq: number, boot: string): Uint8Array<ArrayBuffer> | undefined {
    const row = this.#sql.prepare("SELECT body FROM alert WHERE seq = ? AND boot = ?");
    const body = row.get(seq, boot)?.body;
    return typeof body === "string" ? Uint8Array.from(Buffer.from(body)) : undefined;
  }

  #writeSlots(slots: CommitRequest["slots"]): void {
    for (const [key, value] of slots) {
      if (value === null) this.#sql.run("DELETE FROM slot WHERE key = ?", [key]);
      else this.#sql.run("INSERT OR REPLACE INTO slot (key, value) VALUES (?, ?)", [key, value]);
    }
  }

  #writeDedup(keys: readonly DedupKey[]): void {
    for (const { source, key } of keys) {
      this.#sql.run("INSERT OR REPLACE INTO dedup (source, key) VALUES (?, ?)", [source, key]);
    }
    if (keys.length > 0) this.#trim("dedup", DEDUP_KEYS);
  }

  #writeDeadLetters(letters: readonly DeadLetter[]): void {
    for (const { at, source, reason, body } of letters) {
      this.#sql.run("INSERT INTO dead_letter (at, source, reason, body) VALUES (?, ?, ?, ?)", [
        at,
        source,
        reason,
        body,
      ]);
    }
    if (letters.length > 0) this.#trim("dead_letter", DEAD_LETTERS);
  }

  /** Keeps the newest rows: the oldest key or letter makes room. */
  #trim(table: "dedup" | "dead_letter", rows: number): void {
    this.#sql.run(`DELETE FROM ${table} WHERE n <= (SELECT max(n) FROM ${table}) - ?`, [rows]);
  }

  #countAlerts(): number {
    return Number(this.#sql.prepare("SELECT count(*) AS n FROM alert").get()?.n);
  }
}

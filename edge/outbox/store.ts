/**
 * The outbox's tables as operations, each one transaction. Synchronous: lives in a worker thread (worker.ts).
 *
 *   commit   readings + alerts + slots + dedup keys, all or nothing
 *   find     what to send next
 *   release  stored or refused: gone from here
 */
import type { DatabaseSync, StatementResultingChanges, StatementSync } from "node:sqlite";
import type { Alert, ClockSource } from "@anhu/core/wire";
import { transaction } from "./database.ts";
import { BATCH_BYTES } from "./model.ts";
import type {
  Batch,
  CommitRequest,
  DeadLetter,
  DedupKey,
  Found,
  Release,
  Remembered,
  WaitingAlert,
  WaitingBatch,
  Want,
} from "./model.ts";
import { pickLines, shiftLines } from "./lines.ts";

const ONE_OF = {
  readings: "FROM batch WHERE seq = ? AND boot = ?",
  alerts: "FROM alert WHERE seq = ? AND boot = ?",
} as const;
/** Times are right, or it is known by how much they are wrong. */
const READY = "(batch.epoch = 0 OR epoch.id IS NOT NULL)";
const HELD = "(batch.epoch <> 0 AND epoch.id IS NULL)";
const DEDUP_KEYS = 65_536;
const DEAD_LETTERS = 1000;

export interface Totals {
  batches: number;
  alerts: number;
  bytes: number;
}

interface OpenBatch {
  readonly seq: number;
  readonly source: ClockSource;
  readonly epoch: number;
  readonly bytes: number;
}

export class Store {
  readonly db: DatabaseSync;
  readonly #boot: string;
  readonly #statements = new Map<string, StatementSync>();
  totals: Totals;
  /** The newest batch as long as it was never found: small commits are added to it. */
  #open: OpenBatch | null = null;

  constructor(db: DatabaseSync, boot: string) {
    this.db = db;
    this.#boot = boot;
    this.totals = this.#count();
  }

  /** Writes everything of `request`; throws with nothing written. */
  commit(request: CommitRequest): void {
    const { source } = request.clock;
    let open: OpenBatch | null = null;
    let opened = 0;
    transaction(this.db, () => {
      const epoch = source === "none" ? this.#epoch() : 0;
      open = this.#open;
      for (const batch of request.batches) {
        const grown = this.#grow(open, batch, { source, epoch });
        if (grown === null) opened += 1;
        open =
          grown ?? this.#insertBatch({ ...batch, boot: this.#boot, clock: request.clock }, epoch);
      }
      for (const alert of request.alerts) {
        this.#insertAlert({ alert, boot: this.#boot, clock: request.clock });
      }
      this.#writeSlots(request.slots);
      this.#writeDedup(request.dedup);
      this.#writeDeadLetters(request.deadLetters);
      this.#setMeta("last_stamp", request.lastStamp);
    });
    this.#open = open;
    this.totals.batches += opened;
    this.totals.alerts += request.alerts.length;
    for (const batch of request.batches) this.totals.bytes += batch.lines.length;
  }

  /** Batches whose times still wait for a trusted clock are not found. */
  find(want: Want): Found {
    return {
      alerts: want.alerts === 0 ? [] : this.#findAlerts(want),
      batches: want.readings === 0 ? [] : this.#findBatches(want),
    };
  }

  /** Forgets what was stored; what was refused becomes dead letters first. */
  release(release: Release): void {
    const gone: number[] = [];
    // A release that a crash undoes is only a message sent twice: not worth waiting for the disk.
    this.db.exec("PRAGMA synchronous = NORMAL");
    try {
      transaction(this.db, () => {
        for (const refused of release.refused) this.#bury(release, refused);
        for (const seq of [...release.stored, ...release.refused.map((refused) => refused.seq)]) {
          const row = this.#prepare(
            `DELETE ${ONE_OF[release.kind]} RETURNING length(body) AS bytes`,
          ).get(seq, release.boot);
          if (row !== undefined) gone.push(Number(row.bytes));
        }
      });
    } finally {
      this.db.exec("PRAGMA synchronous = FULL");
    }
    if (release.kind === "alerts") this.totals.alerts -= gone.length;
    else this.totals.batches -= gone.length;
    if (release.kind === "readings")
      this.totals.bytes -= gone.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** The times of readings that were stamped without a trusted clock were `shiftMs` too early: they can be sent now. */
  trust(shiftMs: number): void {
    const epoch = this.#epoch();
    const held = "SELECT 1 FROM batch WHERE epoch = ? AND epoch <> 0 LIMIT 1";
    if (this.#prepare(held).get(epoch) === undefined) return;
    transaction(this.db, () => {
      this.#run("INSERT INTO epoch (id, shift_ms) VALUES (?, ?)", [epoch, shiftMs]);
      this.#setMeta("epoch", epoch + 1);
      // Only the epochs that readings still wait in are remembered.
      this.#run(
        "DELETE FROM epoch WHERE id < ? AND id NOT IN (SELECT epoch FROM batch WHERE epoch <> 0)",
        [epoch],
      );
    });
  }

  /** Gives up the oldest readings until at least `bytes` of them are gone or none is left; returns the number of lines. */
  dropOldest(bytes: number): number {
    const oldest = this.#prepare("SELECT seq, n, length(body) AS bytes FROM batch ORDER BY seq");
    let last = -1;
    let lines = 0;
    let dropped = 0;
    for (const row of oldest.iterate()) {
      if (dropped >= bytes) break;
      last = Number(row.seq);
      lines += Number(row.n);
      dropped += Number(row.bytes);
    }
    if (last >= 0)
      transaction(this.db, () => this.#run("DELETE FROM batch WHERE seq <= ?", [last]));
    this.totals = this.#count();
    return lines;
  }

  /** Takes over slots and what waits in another store, numbered anew under `boot`; throws with nothing written. */
  adopt(other: Store, boot: string): void {
    const all = { alerts: -1, readings: -1, exceptAlerts: [], exceptReadings: [], open: true };
    const { alerts, batches } = other.find(all);
    const { slots, lastStamp } = other.remembered();
    transaction(this.db, () => {
      for (const batch of batches.toReversed()) this.#insertBatch({ ...batch, boot }, 0);
      for (const batch of other.#findBatches(all, HELD)) {
        this.#insertBatch({ ...batch, boot }, this.#epoch());
      }
      for (const alert of alerts) this.#insertAlert({ ...alert, boot });
      this.#run("DELETE FROM slot");
      this.#writeSlots(slots);
      this.#setMeta("last_stamp", lastStamp);
    });
    this.totals = this.#count();
  }

  oldest(): number | null {
    const row = this.#prepare(
      "SELECT min(at) AS at FROM (SELECT at FROM (SELECT at FROM batch ORDER BY seq LIMIT 1) UNION ALL SELECT at FROM (SELECT at FROM alert ORDER BY seq LIMIT 1))",
    ).get();
    return typeof row?.at === "number" ? row.at : null;
  }

  remembered(): Omit<Remembered, "movedAside"> {
    const slots = this.#prepare("SELECT key, value FROM slot").all();
    const dedup = this.#prepare("SELECT source, key FROM dedup ORDER BY n").all();
    const last = this.#prepare("SELECT value FROM meta WHERE key = 'last_stamp'").get();
    return {
      slots: slots.map((row) => [String(row.key), String(row.value)] as const),
      dedup: dedup.map((row) => ({ source: String(row.source), key: String(row.key) })),
      lastStamp: Number(last?.value ?? 0),
    };
  }

  close(): void {
    this.db.close();
  }

  #findAlerts(want: Want): WaitingAlert[] {
    const rows = this.#prepare(
      "SELECT * FROM alert WHERE boot || '/' || seq NOT IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?",
    ).all(JSON.stringify(want.exceptAlerts), want.alerts);
    return rows.map((row) => ({
      boot: String(row.boot),
      seq: Number(row.seq),
      clock: { source: row.source as ClockSource, offset_ms: Number(row.offset_ms) },
      alert: JSON.parse(String(row.body)) as Alert,
    }));
  }

  #findBatches(want: Want, which: typeof READY | typeof HELD = READY): WaitingBatch[] {
    const spared = want.open ? -1 : (this.#open?.seq ?? -1);
    const rows = this.#prepare(
      `SELECT batch.*, epoch.shift_ms FROM batch LEFT JOIN epoch ON epoch.id = batch.epoch
       WHERE ${which} AND batch.seq <> ? AND batch.boot || '/' || batch.seq NOT IN (SELECT value FROM json_each(?))
       ORDER BY seq DESC LIMIT ?`,
    ).all(spared, JSON.stringify(want.exceptReadings), want.readings);
    if (rows.some((row) => row.seq === this.#open?.seq)) this.#open = null;
    return rows.map((row) => {
      const shift = Number(row.shift_ms ?? 0);
      const lines = row.body as Uint8Array<ArrayBuffer>;
      const clock = { source: row.source as ClockSource, offset_ms: Number(row.offset_ms) };
      return {
        boot: String(row.boot),
        seq: Number(row.seq),
        n: Number(row.n),
        at: Number(row.at) + shift,
        // Once shifted the times are the trusted clock's own.
        clock: row.shift_ms === null ? clock : { source: "rtc", offset_ms: 0 },
        lines: shift === 0 ? lines : shiftLines(lines, shift),
      };
    });
  }

  #insertBatch(batch: Omit<WaitingBatch, "seq">, epoch: number): OpenBatch {
    const { boot, at, n, clock, lines } = batch;
    const { lastInsertRowid } = this.#run(
      "INSERT INTO batch (boot, at, n, source, offset_ms, epoch, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [boot, at, n, clock.source, clock.offset_ms, epoch, lines],
    );
    return { seq: Number(lastInsertRowid), source: clock.source, epoch, bytes: lines.length };
  }

  /** Adds lines to the open batch; null when there is none that takes them. */
  #grow(
    open: OpenBatch | null,
    { lines, n }: Batch,
    { source, epoch }: Pick<OpenBatch, "source" | "epoch">,
  ): OpenBatch | null {
    const bytes = (open?.bytes ?? 0) + lines.length;
    if (open?.source !== source || open.epoch !== epoch || bytes > BATCH_BYTES) return null;
    const { changes } = this.#run(
      "UPDATE batch SET body = CAST(body || ? AS BLOB), n = n + ? WHERE seq = ?",
      [lines, n, open.seq],
    );
    return changes === 1 ? { ...open, bytes } : null;
  }

  #insertAlert({ boot, clock, alert }: Omit<WaitingAlert, "seq">): void {
    this.#run("INSERT INTO alert (boot, at, source, offset_ms, body) VALUES (?, ?, ?, ?, ?)", [
      boot,
      alert.at,
      clock.source,
      clock.offset_ms,
      JSON.stringify(alert),
    ]);
  }

  #bury(release: Release, refused: Release["refused"][number]): void {
    const row = this.#prepare(`SELECT CAST(body AS BLOB) AS body ${ONE_OF[release.kind]}`).get(
      refused.seq,
      release.boot,
    );
    if (row === undefined) return;
    const whole = row.body as Uint8Array<ArrayBuffer>;
    const body = refused.lines.length === 0 ? whole : pickLines(whole, refused.lines);
    this.#writeDeadLetters([{ at: release.at, source: release.kind, reason: refused.code, body }]);
  }

  #writeSlots(slots: CommitRequest["slots"]): void {
    for (const [key, value] of slots) {
      if (value === null) this.#run("DELETE FROM slot WHERE key = ?", [key]);
      else this.#run("INSERT OR REPLACE INTO slot (key, value) VALUES (?, ?)", [key, value]);
    }
  }

  #writeDedup(keys: readonly DedupKey[]): void {
    for (const { source, key } of keys) {
      this.#run("INSERT OR REPLACE INTO dedup (source, key) VALUES (?, ?)", [source, key]);
    }
    if (keys.length > 0) this.#trim("dedup", DEDUP_KEYS);
  }

  #writeDeadLetters(letters: readonly DeadLetter[]): void {
    for (const { at, source, reason, body } of letters) {
      this.#run("INSERT INTO dead_letter (at, source, reason, body) VALUES (?, ?, ?, ?)", [
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
    this.#run(`DELETE FROM ${table} WHERE n <= (SELECT max(n) FROM ${table}) - ?`, [rows]);
  }

  #epoch(): number {
    return Number(this.#prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.value ?? 1);
  }

  #setMeta(key: string, value: number): void {
    this.#run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value]);
  }

  #count(): Totals {
    const batch = this.#prepare(
      "SELECT count(*) AS n, coalesce(sum(length(body)), 0) AS bytes FROM batch",
    ).get();
    const alert = this.#prepare("SELECT count(*) AS n FROM alert").get();
    return { batches: Number(batch?.n), bytes: Number(batch?.bytes), alerts: Number(alert?.n) };
  }

  #run(
    sql: string,
    values: readonly (string | number | Uint8Array<ArrayBuffer>)[] = [],
  ): StatementResultingChanges {
    return this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

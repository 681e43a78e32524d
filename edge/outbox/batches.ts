/**
 * Readings that wait, newest first. The newest batch is open: small commits are added to it until it is found.
 *
 *   epoch 0          times are right
 *   epoch n          stamped without a trusted clock: held until the shift of that epoch is known
 */
import type { ClockQuality, ClockSource } from "@anhu/core/wire";
import { shiftLines } from "./lines.ts";
import type { Batch, WaitingBatch, Want } from "./model.ts";
import { BATCH_BYTES } from "./model.ts";
import type { Sql } from "./sql.ts";

interface OpenBatch {
  readonly seq: number;
  readonly source: ClockSource;
  readonly epoch: number;
  readonly bytes: number;
}

const READY = "(batch.epoch = 0 OR epoch.id IS NOT NULL)";
const HELD = "(batch.epoch <> 0 AND epoch.id IS NULL)";

/** Everything but `recount` is to be called in a transaction, `recount` when one was undone. */
export class Batches {
  readonly #sql: Sql;
  #open: OpenBatch | null = null;
  count = 0;
  bytes = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.recount();
  }

  recount(): void {
    const row = this.#sql
      .prepare("SELECT count(*) AS n, coalesce(sum(length(body)), 0) AS bytes FROM batch")
      .get();
    this.count = Number(row?.n);
    this.bytes = Number(row?.bytes);
    this.#open = null;
  }

  write(batches: readonly Batch[], by: { boot: string; clock: ClockQuality }): void {
    const { source } = by.clock;
    const epoch = source === "none" ? this.#epoch() : 0;
    for (const batch of batches) {
      this.#open = this.#grow(batch, { source, epoch }) ?? this.#insert({ ...batch, ...by }, epoch);
      this.bytes += batch.lines.length;
    }
  }

  /** With `want.open` false the open one is spared. */
  find(want: Want): WaitingBatch[] {
    const spared = want.open ? -1 : (this.#open?.seq ?? -1);
    const found = this.#select(READY, { want, spared });
    if (found.some(({ seq }) => seq === this.#open?.seq)) this.#open = null;
    return found;
  }

  body(seq: number, boot: string): Uint8Array<ArrayBuffer> | undefined {
    const row = this.#sql.prepare("SELECT body FROM batch WHERE seq = ? AND boot = ?");
    return row.get(seq, boot)?.body as Uint8Array<ArrayBuffer> | undefined;
  }

  delete(seq: number, boot: string): void {
    const row = this.#sql
      .prepare("DELETE FROM batch WHERE seq = ? AND boot = ? RETURNING length(body) AS bytes")
      .get(seq, boot);
    if (row === undefined) return;
    this.count -= 1;
    this.bytes -= Number(row.bytes);
  }

  /** Deletes the oldest until at least `bytes` are gone or none is left; returns the number of lines. */
  dropOldest(bytes: number): number {
    const oldest = this.#sql.prepare(
      "SELECT seq, n, length(body) AS bytes FROM batch ORDER BY seq",
    );
    let last = -1;
    let lines = 0;
    let dropped = 0;
    for (const row of oldest.iterate()) {
      if (dropped >= bytes) break;
      last = Number(row.seq);
      lines += Number(row.n);
      dropped += Number(row.bytes);
    }
    this.#sql.run("DELETE FROM batch WHERE seq <= ?", [last]);
    this.recount();
    return lines;
  }

  /** Held readings were `shiftMs` too early: they are ready from now on. */
  trust(shiftMs: number): void {
    const epoch = this.#epoch();
    const held = "SELECT 1 FROM batch WHERE epoch = ? AND epoch <> 0 LIMIT 1";
    if (this.#sql.prepare(held).get(epoch) === undefined) return;
    this.#sql.run("INSERT INTO epoch (id, shift_ms) VALUES (?, ?)", [epoch, shiftMs]);
    this.#sql.setMeta("epoch", epoch + 1);
    // Only the epochs that readings still wait in are remembered.
    this.#sql.run(
      "DELETE FROM epoch WHERE id < ? AND id NOT IN (SELECT epoch FROM batch WHERE epoch <> 0)",
      [epoch],
    );
  }

  /** Takes over what waits in another outbox, oldest first, under `boot`. */
  adopt(other: Batches, boot: string): void {
    const want = { alerts: 0, readings: -1, exceptAlerts: [], exceptReadings: [], open: true };
    const epoch = this.#epoch();
    for (const batch of other.#select(READY, { want, spared: -1 }).toReversed()) {
      this.#insert({ ...batch, boot }, 0);
    }
    for (const batch of other.#select(HELD, { want, spared: -1 }).toReversed()) {
      this.#insert({ ...batch, boot }, epoch);
    }
    this.recount();
  }

  #insert(batch: Omit<WaitingBatch, "seq">, epoch: number): OpenBatch {
    const { boot, at, n, clock, lines } = batch;
    const { lastInsertRowid } = this.#sql.run(
      "INSERT INTO batch (boot, at, n, source, offset_ms, epoch, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [boot, at, n, clock.source, clock.offset_ms, epoch, lines],
    );
    this.count += 1;
    return { seq: Number(lastInsertRowid), source: clock.source, epoch, bytes: lines.length };
  }

  /** Adds lines to the open batch; null when there is none that takes them. */
  #grow({ lines, n }: Batch, by: Pick<OpenBatch, "source" | "epoch">): OpenBatch | null {
    const open = this.#open;
    if (open === null || open.source !== by.source || open.epoch !== by.epoch) return null;
    const bytes = open.bytes + lines.length;
    if (bytes > BATCH_BYTES) return null;
    const { changes } = this.#sql.run(
      "UPDATE batch SET body = CAST(body || ? AS BLOB), n = n + ? WHERE seq = ?",
      [lines, n, open.seq],
    );
    return changes === 1 ? { ...open, bytes } : null;
  }

  #select(
    which: typeof READY | typeof HELD,
    { want, spared }: { want: Want; spared: number },
  ): WaitingBatch[] {
    const rows = this.#sql
      .prepare(
        `SELECT batch.*, epoch.shift_ms FROM batch LEFT JOIN epoch ON epoch.id = batch.epoch
         WHERE ${which} AND batch.seq <> ?
           AND batch.boot || '/' || batch.seq NOT IN (SELECT value FROM json_each(?))
         ORDER BY seq DESC LIMIT ?`,
      )
      .all(spared, JSON.stringify(want.exceptReadings), want.readings);
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

  #epoch(): number {
    return this.#sql.meta("epoch", 1);
  }
}

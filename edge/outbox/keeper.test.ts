import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { alert, batch, commitOf, EVERYTHING } from "./fixtures.ts";
import { Keeper } from "./keeper.ts";
import type { KeeperOptions } from "./keeper.ts";
import type { CommitRequest, CommitResult } from "./model.ts";
import type { Reserve } from "./reserve.ts";

const NO_RESERVE: Reserve = { free: () => {}, take: () => true };
let folder: string;
let now = 0;
let open: Keeper[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-outbox-"));
  now = 0;
  open = [];
});

afterEach(() => {
  for (const keeper of open) keeper.close();
  rmSync(folder, { recursive: true });
});

function keep(options: Partial<KeeperOptions> = {}): Keeper {
  const keeper = new Keeper({
    folder,
    boot: "b1",
    maxBytes: 1024 * 1024,
    reserve: NO_RESERVE,
    wall: () => 1000 + now,
    monotonic: () => now,
    ...options,
  });
  open.push(keeper);
  return keeper;
}

/** A disk of `pages` pages; the reserve are 64 more. */
function smallDisk(pages: number): Partial<KeeperOptions> {
  let db: DatabaseSync | undefined;
  const limit = (n: number): void => db?.exec(`PRAGMA max_page_count = ${n}`);
  return {
    open(...args) {
      const opened = openDatabase(...args);
      db = opened.db;
      limit(pages);
      return opened;
    },
    reserve: { free: () => limit(pages + 64), take: () => true },
  };
}

/** Commits, and looks, so that the next commit begins a batch of its own. */
function commitApart(keeper: Keeper, request: CommitRequest): CommitResult {
  const result = keeper.commit(request);
  keeper.find(EVERYTHING);
  return result;
}

function textOf(lines: Uint8Array): string {
  return Buffer.from(lines).toString();
}

describe("what was committed", () => {
  test("is found by the next run: readings, alerts, slots, dedup keys and the last stamp", () => {
    const first = keep();
    const request = commitOf({
      batches: [batch(5, 2)],
      alerts: [alert(6)],
      slots: [["a", "1"]],
      dedup: [{ source: "panel", key: "17" }],
      lastStamp: 7,
    });
    expect(first.commit(request)).toEqual({ durable: true, fresh: false });
    const second = keep({ boot: "b2" });
    expect(second.remembered()).toEqual({
      slots: [["a", "1"]],
      dedup: [{ source: "panel", key: "17" }],
      lastStamp: 7,
      movedAside: null,
    });
    const found = second.find(EVERYTHING);
    expect(found.alerts).toEqual([
      { boot: "b1", seq: 1, clock: { source: "ntp", offset_ms: 0 }, alert: alert(6) },
    ]);
    expect(found.batches.map(({ boot, seq, n, at }) => [boot, seq, n, at])).toEqual([
      ["b1", 1, 2, 5],
    ]);
  });

  test("a removed slot is gone", () => {
    const keeper = keep();
    keeper.commit(commitOf({ slots: [["a", "1"]], lastStamp: 1 }));
    keeper.commit(commitOf({ slots: [["a", null]], lastStamp: 2 }));
    expect(keeper.remembered().slots).toEqual([]);
  });
});

describe("what is sent next", () => {
  test("alerts oldest first, readings newest first, without what is on its way", () => {
    const keeper = keep();
    for (const at of [1, 2, 3]) {
      commitApart(keeper, commitOf({ batches: [batch(at)], alerts: [alert(at)], lastStamp: at }));
    }
    const found = keeper.find({
      ...EVERYTHING,
      alerts: 2,
      readings: 2,
      exceptAlerts: ["b1/1"],
      exceptReadings: ["b1/3"],
    });
    expect(found.alerts.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(found.batches.map(({ seq }) => seq)).toEqual([2, 1]);
  });

  test("small commits are one batch until it is found, and a batch is never longer than a message may be", () => {
    const keeper = keep();
    for (let at = 1; at <= 3; at++)
      keeper.commit(commitOf({ batches: [batch(at)], lastStamp: at }));
    expect(keeper.find({ ...EVERYTHING, open: false }).batches).toEqual([]);
    const [first] = keeper.find(EVERYTHING).batches;
    expect(first).toMatchObject({ seq: 1, n: 3, at: 1 });
    expect(textOf(first?.lines ?? new Uint8Array()).match(/ \d+\n/g)).toEqual([
      " 1\n",
      " 2\n",
      " 3\n",
    ]);
    keeper.commit(commitOf({ batches: [batch(4, 1, 20_000)], lastStamp: 4 }));
    keeper.commit(commitOf({ batches: [batch(5, 1, 20_000)], lastStamp: 5 }));
    expect(keeper.find(EVERYTHING).batches.map(({ seq, n }) => [seq, n])).toEqual([
      [3, 1],
      [2, 1],
      [1, 3],
    ]);
    expect(keeper.stats().batches).toBe(3);
  });

  test("readings without a trusted clock wait until it is known how early their times were", () => {
    const keeper = keep();
    const none = { source: "none", offset_ms: 99 } as const;
    keeper.commit(
      commitOf({ batches: [batch(10, 2)], alerts: [alert(11)], clock: none, lastStamp: 11 }),
    );
    expect(keeper.find(EVERYTHING).batches).toEqual([]);
    expect(keeper.find(EVERYTHING).alerts[0]?.clock).toEqual(none);
    keeper.trust(1000);
    keeper.commit(commitOf({ batches: [batch(2000)], lastStamp: 2000 }));
    const [live, held] = keeper.find(EVERYTHING).batches;
    expect(textOf(live?.lines ?? new Uint8Array())).toContain(" 2000\n");
    expect(textOf(held?.lines ?? new Uint8Array())).toBe(
      "occupancy,device=radar-1,room=r present=true 1010\noccupancy,device=radar-1,room=r present=true 1011\n",
    );
    expect(held?.clock).toEqual({ source: "rtc", offset_ms: 0 });
  });
});

describe("an ack", () => {
  test("releases what was stored and keeps refused lines as dead letters", () => {
    const keeper = keep();
    commitApart(keeper, commitOf({ batches: [batch(1, 3)], lastStamp: 3 }));
    commitApart(keeper, commitOf({ batches: [batch(10)], lastStamp: 10 }));
    keeper.release({
      kind: "readings",
      boot: "b1",
      stored: [2],
      refused: [{ seq: 1, code: "too_old", lines: [2] }],
      at: 50,
    });
    expect(keeper.stats()).toMatchObject({ batches: 0, bytes: 0 });
    const db = new DatabaseSync(join(folder, "outbox.db"));
    const letters = db
      .prepare("SELECT source, reason, CAST(body AS TEXT) AS body FROM dead_letter")
      .all();
    db.close();
    expect(letters.map((row) => ({ ...row }))).toEqual([
      {
        source: "readings",
        reason: "too_old",
        body: "occupancy,device=radar-1,room=r present=true 2\n",
      },
    ]);
  });

  test("of another boot releases nothing, and a seq is never given twice", () => {
    const keeper = keep();
    keeper.commit(commitOf({ batches: [batch(1)], lastStamp: 1 }));
    keeper.release({ kind: "readings", boot: "old", stored: [1], refused: [], at: 2 });
    expect(keeper.stats().batches).toBe(1);
    keeper.release({ kind: "readings", boot: "b1", stored: [1], refused: [], at: 2 });
    keeper.commit(commitOf({ batches: [batch(2)], lastStamp: 2 }));
    expect(keeper.find(EVERYTHING).batches.map(({ seq }) => seq)).toEqual([2]);
  });
});

describe("at its bound", () => {
  test("the oldest readings go first and are counted, alerts never", () => {
    const keeper = keep({ maxBytes: 10_000 });
    for (let at = 1; at <= 20; at++) {
      commitApart(
        keeper,
        commitOf({ batches: [batch(at, 1, 1000)], alerts: [alert(at)], lastStamp: at }),
      );
    }
    const stats = keeper.stats();
    expect(stats.bytes).toBeLessThanOrEqual(10_000);
    expect(stats.alerts).toBe(20);
    expect(stats.dropped).toEqual({ bound: 20 - stats.batches, disk_full: 0 });
    expect(keeper.find(EVERYTHING).batches[0]?.at).toBe(20);
  });
});

describe("on a full disk", () => {
  test("oldest readings make room and every alert is on the disk", () => {
    const keeper = keep(smallDisk(60));
    for (let at = 1; at <= 200; at++) {
      const request = commitOf({
        batches: [batch(at, 1, 8000)],
        alerts: [alert(at)],
        lastStamp: at,
      });
      expect(commitApart(keeper, request).durable).toBe(true);
    }
    const stats = keeper.stats();
    expect(stats).toMatchObject({ alerts: 200, medium: "disk" });
    expect(stats.dropped.disk_full).toBeGreaterThan(100);
    expect(keeper.find(EVERYTHING).batches[0]?.at).toBe(200);
  });

  test("when nothing is left to drop, alerts go without readings and nobody is told that all is safe", () => {
    const keeper = keep(smallDisk(20));
    const result = keeper.commit(
      commitOf({
        batches: [batch(1, 1, 500_000)],
        alerts: [alert(1)],
        dedup: [{ source: "panel", key: "1" }],
        lastStamp: 1,
      }),
    );
    expect(result).toEqual({ durable: false, fresh: false });
    expect(keeper.stats()).toMatchObject({ batches: 0, alerts: 1, dropped: { disk_full: 1 } });
    expect(keeper.remembered().dedup).toEqual([]);
  });
});

describe("a damaged file", () => {
  test("is moved aside and told; the outbox starts fresh instead of dead", () => {
    writeFileSync(
      join(folder, "outbox.db"),
      "this is not a database, it is a sentence".repeat(200),
    );
    const keeper = keep();
    expect(keeper.remembered().movedAside).toBe(join(folder, "outbox.db.damaged-1000"));
    expect(keeper.commit(commitOf({ alerts: [alert(1)], lastStamp: 1 }))).toMatchObject({
      durable: true,
    });
    expect(readdirSync(folder)).toContain("outbox.db.damaged-1000");
  });

  test("a fresh file numbers under a name of its own, so that an ack for the damaged one releases nothing of it", () => {
    let db: DatabaseSync | undefined;
    const keeper = keep({
      open(...args) {
        if (db !== undefined) writeFileSync(join(folder, "outbox.db"), "no database".repeat(200));
        const opened = openDatabase(...args);
        db = opened.db;
        return opened;
      },
    });
    keeper.commit(commitOf({ alerts: [alert(1)], lastStamp: 1 }));
    db?.exec("DROP TABLE alert");
    expect(keeper.commit(commitOf({ alerts: [alert(2)], lastStamp: 2 })).durable).toBe(true);
    keeper.release({ kind: "alerts", boot: "b1", stored: [1], refused: [], at: 3 });
    expect(keeper.find(EVERYTHING).alerts.map((found) => found.alert)).toEqual([alert(2)]);
  });

  test("damage inside a page is found at the start", () => {
    const first = keep();
    for (let at = 1; at <= 50; at++) first.commit(commitOf({ alerts: [alert(at)], lastStamp: at }));
    first.close();
    open = [];
    const path = join(folder, "outbox.db");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xaa, 4096));
    expect(keep().remembered().movedAside).not.toBeNull();
  });
});

describe("when the disk cannot be written at all", () => {
  test("alerts are kept in memory, and on the disk as soon as it is back", () => {
    let broken = true;
    const options: Partial<KeeperOptions> = {
      open(...args) {
        if (broken) throw new Error("read-only file system");
        return openDatabase(...args);
      },
    };
    const keeper = keep(options);
    const request = commitOf({
      alerts: [alert(1)],
      batches: [batch(1)],
      slots: [["a", "1"]],
      lastStamp: 5,
    });
    expect(keeper.commit(request)).toEqual({ durable: false, fresh: true });
    expect(keeper.find(EVERYTHING).alerts).toHaveLength(1);
    expect(keeper.stats()).toMatchObject({ medium: "memory", trouble: "read-only file system" });
    now = 60_000;
    keeper.commit(commitOf({ lastStamp: 6 }));
    expect(keeper.stats().medium).toBe("memory");
    broken = false;
    now = 120_000;
    expect(keeper.commit(commitOf({ lastStamp: 7 })).durable).toBe(true);
    expect(keeper.stats()).toMatchObject({ medium: "disk", alerts: 1, batches: 1, trouble: null });
    const next = keep({ boot: "b2" });
    expect(next.find(EVERYTHING).alerts[0]?.alert).toEqual(alert(1));
    expect(next.remembered()).toMatchObject({ slots: [["a", "1"]], lastStamp: 7 });
  });

  test("slots on the disk are not given up for a store in memory that was never told all of them", () => {
    const first = keep();
    first.commit(commitOf({ slots: [["latch", "1"]], lastStamp: 1 }));
    let broken = true;
    const keeper = keep({
      open(...args) {
        if (broken) throw new Error("locked by the thread that hangs");
        return openDatabase(...args);
      },
    });
    broken = false;
    now = 60_000;
    expect(keeper.commit(commitOf({ lastStamp: 2 }))).toEqual({ durable: false, fresh: true });
    keeper.commit(commitOf({ slots: [["latch", "1"]], lastStamp: 3 }));
    expect(first.remembered().slots).toEqual([["latch", "1"]]);
    now = 120_000;
    expect(keeper.commit(commitOf({ lastStamp: 4 })).durable).toBe(true);
    expect(first.remembered()).toMatchObject({ slots: [["latch", "1"]], lastStamp: 4 });
  });

  test("a disk that can be opened and not be written is one that cannot be written", () => {
    let readOnly = true;
    const keeper = keep({
      open(...args) {
        const opened = openDatabase(...args);
        if (readOnly) opened.db.exec("PRAGMA query_only = ON");
        return opened;
      },
    });
    const request = commitOf({ alerts: [alert(1)], lastStamp: 1 });
    expect(keeper.commit(request)).toEqual({ durable: false, fresh: true });
    expect(keeper.find(EVERYTHING).alerts).toHaveLength(1);
    now = 60_000;
    expect(keeper.commit(commitOf({ lastStamp: 2 })).durable).toBe(false);
    expect(keeper.stats()).toMatchObject({ medium: "memory", alerts: 1 });
    readOnly = false;
    now = 120_000;
    expect(keeper.commit(commitOf({ lastStamp: 3 })).durable).toBe(true);
    expect(keeper.stats()).toMatchObject({ medium: "disk", alerts: 1 });
  });
});

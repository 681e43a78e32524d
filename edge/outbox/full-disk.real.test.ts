/** A real full disk: a tmpfs of 12 MiB, mounted for this test. Needs root on Linux. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alert, batch, commitOf, EVERYTHING } from "./fixtures.ts";
import { Keeper } from "./keeper.ts";
import { fileReserve } from "./reserve.ts";

const MIB = 1024 * 1024;
let disk: string;

beforeAll(() => {
  disk = mkdtempSync(join(tmpdir(), "anhu-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", disk]);
});

afterAll(() => {
  execFileSync("umount", [disk]);
  rmdirSync(disk);
});

function keep(boot: string): Keeper {
  return new Keeper({
    folder: join(disk, "outbox"),
    boot,
    maxBytes: 1024 * MIB,
    reserve: fileReserve(join(disk, "outbox", "reserve"), 4 * MIB),
    wall: () => 0,
    monotonic: () => performance.now(),
  });
}

/** Somebody else's file takes all that is left. */
function fillUp(): string {
  const path = join(disk, "somebody-else");
  for (let size = 12 * MIB; size >= 4096; size /= 2) {
    try {
      writeFileSync(path, Buffer.alloc(size), { flag: "a" });
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOSPC")) throw thrown;
    }
  }
  return path;
}

test("alerts are committed on a full disk, also after a restart on it", () => {
  let keeper = keep("b1");
  for (let at = 1; at <= 100; at++) {
    keeper.commit(commitOf({ batches: [batch(at, 1, 16_000)], lastStamp: at }));
  }
  const foreign = fillUp();
  for (let at = 101; at <= 1000; at++) {
    const request = commitOf({
      batches: [batch(at, 1, 30_000)],
      alerts: [alert(at)],
      lastStamp: at,
    });
    keeper.commit(request);
    expect(keeper.stats(), `alert ${at}`).toMatchObject({ alerts: at - 100, medium: "disk" });
  }
  expect(keeper.stats().dropped.disk_full).toBeGreaterThan(500);
  expect(keeper.find(EVERYTHING).batches[0]?.at).toBe(1000);
  const sent = keeper.find(EVERYTHING).batches.map(({ seq }) => seq);
  keeper.release({ kind: "readings", boot: "b1", stored: sent, refused: [], at: 1000 });
  expect(keeper.stats()).toMatchObject({ batches: 0, medium: "disk" });
  keeper.close();
  keeper = keep("b2");
  expect(keeper.find({ ...EVERYTHING, alerts: 2000 }).alerts).toHaveLength(900);
  expect(keeper.commit(commitOf({ alerts: [alert(2000)], lastStamp: 2000 })).durable).toBe(true);
  rmSync(foreign);
  keeper.close();
});

test("an outbox that is made on a full disk keeps alerts in memory", () => {
  rmSync(join(disk, "outbox"), { recursive: true });
  const foreign = fillUp();
  const keeper = keep("b3");
  expect(keeper.commit(commitOf({ alerts: [alert(1)], lastStamp: 1 })).durable).toBe(false);
  expect(keeper.stats()).toMatchObject({ alerts: 1, medium: "memory" });
  keeper.close();
  rmSync(foreign);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "@anhu/core/time";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alert, batch, commitOf, EVERYTHING } from "./fixtures.ts";
import { openOutbox } from "./outbox.ts";
import type { Outbox } from "./outbox.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-outbox-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function open(boot: string): Outbox {
  const options = { folder, boot, maxBytes: 64 * 1024 * 1024, reserveBytes: 256 * 1024 };
  return openOutbox(options, { clock: systemClock(), log: pino({ enabled: false }) });
}

test("commits go through the thread to the disk", async () => {
  const outbox = open("b1");
  const result = await outbox.commit(
    commitOf({ batches: [batch(1)], alerts: [alert(2)], lastStamp: 3 }),
  );
  expect(result).toEqual({ durable: true, fresh: false });
  await outbox.close();
  const next = open("b2");
  expect(await next.remembered()).toMatchObject({ lastStamp: 3 });
  expect(await next.find(EVERYTHING)).toMatchObject({ alerts: [{ alert: alert(2) }] });
  await next.close();
  await expect(next.stats()).rejects.toMatchObject({ code: "outbox_closed" });
});

test("whatever was answered as committed is there after kill -9, whenever it comes", async () => {
  const committed = new Set<number>();
  for (let round = 0; round < 5; round++) {
    const from = round * 100_000 + 1;
    const child = spawn(process.execPath, [new URL("crash-child.ts", import.meta.url).pathname], {
      env: { FOLDER: folder, FROM: String(from) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const answered = createInterface(child.stdout);
    const enough = 20 + 37 * round;
    answered.on("line", (line) => {
      committed.add(Number(line));
      if (Number(line) === from + enough) child.kill("SIGKILL");
    });
    await Promise.all([once(child, "exit"), once(answered, "close")]);
  }
  expect(committed.size).toBeGreaterThan(400);
  const outbox = open("after");
  const found = await outbox.find({ ...EVERYTHING, alerts: 1_000_000, readings: 1_000_000 });
  const alerts = new Set(found.alerts.map(({ alert: { at } }) => at));
  const text = found.batches.map(({ lines }) => Buffer.from(lines).toString()).join("");
  const readings = new Set((text.match(/\d+$/gm) ?? []).map(Number));
  const { slots, lastStamp, movedAside } = await outbox.remembered();
  expect(movedAside).toBeNull();
  expect([...committed].filter((n) => !alerts.has(n) || !readings.has(n))).toEqual([]);
  // One transaction: the slot and the stamp belong to the last alert that is there.
  expect(slots).toEqual([["last", String(Math.max(...alerts))]]);
  expect(lastStamp).toBe(Math.max(...alerts));
  expect(alerts).toEqual(readings);
  await outbox.close();
}, 30_000);

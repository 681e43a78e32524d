import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FakeClock, systemClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import { storeContract } from "../contract.ts";
import type { TaggedLines } from "../store.ts";
import { openEmbeddedStore } from "./store.ts";
import { Retention } from "./retention.ts";
import { SCHEMA } from "./schema.ts";
import { PointWriter } from "./writer.ts";

const clock = systemClock();

storeContract("embedded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anhu-store-"));
  return {
    open: () => openEmbeddedStore({ path: join(folder, "readings.db"), clock, retentionDays: 400 }),
    remove: () => Promise.resolve(rmSync(folder, { recursive: true })),
  };
});

test("another process can read the file through its view while it is written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anhu-store-"));
  const path = join(folder, "readings.db");
  const store = await openEmbeddedStore({ path, clock, retentionDays: 400 });
  await store.write(tagged(line(17)));
  const reader = new DatabaseSync(path, { readOnly: true });
  expect({ ...reader.prepare("SELECT * FROM reading").get() }).toEqual({
    kind: "smoke",
    facility: "f",
    gateway: "g",
    device: "s",
    room: "r",
    resident: null,
    at: 17,
    fields: "alarm=true",
  });
  reader.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

test("what it said is stored is there after SIGKILL", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anhu-store-"));
  const path = join(folder, "readings.db");
  const child = spawn(process.execPath, [join(import.meta.dirname, "crash-child.ts"), path]);
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.split("\n").length > 20) child.kill("SIGKILL");
  }
  const last = Number(said.trim().split("\n").at(-1));
  const store = await openEmbeddedStore({ path, clock, retentionDays: 400 });
  expect(last).toBeGreaterThanOrEqual(20);
  expect(await store.count({ facility: "f" })).toBeGreaterThanOrEqual(last);
  await store.close();
  rmSync(folder, { recursive: true });
});

test("a disk that hangs is seen, and writes wait for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anhu-store-"));
  const path = join(folder, "a", "readings.db");
  const hangs = new FakeClock(0);
  const store = await openEmbeddedStore({ path, clock: hangs, retentionDays: 400 });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const written = store.write(tagged(line(17)));
  hangs.advance(10_000);
  expect(await store.health()).toMatchObject({ status: "degraded" });
  other.exec("ROLLBACK");
  expect(await written).toMatchObject({ outcome: "stored" });
  expect(await store.health()).toMatchObject({ status: "ok" });
  other.close();
  await store.close();
  expect(statSync(join(folder, "a")).mode & 0o077).toBe(0);
  rmSync(folder, { recursive: true });
});

test("a file that cannot be opened is an error with a code", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anhu-store-"));
  await expect(
    openEmbeddedStore({ path: folder, clock, retentionDays: 400 }),
  ).rejects.toMatchObject({ code: "store_failed" });
  rmSync(folder, { recursive: true });
});

test("old points go when newer ones have come, not because the clock says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anhu-store-"));
  const fake = new FakeClock(0);
  const store = await openEmbeddedStore({
    path: join(folder, "readings.db"),
    clock: fake,
    retentionDays: 400,
  });
  const left = async (): Promise<number> => {
    for (let i = 0; i < 5; i++) {
      fake.advance(600_000);
      await store.count({ facility: "f" });
    }
    return store.count({ facility: "f" });
  };
  await store.write(tagged(line(17)));
  fake.stepWall(401 * 86_400_000);
  expect(await left()).toBe(1);
  await store.write(tagged(line(401 * 86_400_000)));
  expect(await left()).toBe(1);
  expect(await store.query({ facility: "f" }, 10)).toMatchObject([{ at: 401 * 86_400_000 }]);
  await store.close();
  rmSync(folder, { recursive: true });
});

test("old points go in steps, new ones stay", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  const lines = Array.from({ length: 1200 }, (_, i) => line(i)).join("\n");
  new PointWriter(database).write([tagged(lines)]);
  const retention = new Retention(database);
  const left = () => database.prepare("SELECT count(*) AS n FROM point").get()?.["n"];
  expect(retention.step(1000)).toBe(true);
  expect(left()).toBe(700);
  while (retention.step(1000));
  expect(left()).toBe(200);
});

test("a write that the disk does not take leaves nothing half done", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  database.exec("PRAGMA max_page_count = 20");
  const writer = new PointWriter(database);
  const many = Array.from({ length: 5000 }, (_, i) => line(i)).join("\n");
  expect(() => writer.write([tagged(many)])).toThrow(/full/);
  expect(writer.write([tagged(line(1))])).toHaveLength(1);
  expect(database.prepare("SELECT count(*) AS n FROM point").get()?.["n"]).toBe(1);
});

function line(at: number): string {
  return `smoke,device=s,facility=f,gateway=g,room=r alarm=true ${at}`;
}

function tagged(text: string): TaggedLines {
  return { bytes: new TextEncoder().encode(text), count: text.split("\n").length };
}

import { expect, test } from "vitest";
import { describeStore } from "./contract.ts";
import { migrate } from "./migrations/index.ts";
import { openSqlite } from "./sqlite.ts";

async function open() {
  const db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  return db;
}

describeStore("sqlite", open);

test("migrating twice changes nothing", async () => {
  const db = await open();
  await expect(migrate(db, "sqlite")).resolves.toBeUndefined();
  await db.destroy();
});

test("a value that node:sqlite would misread is refused", async () => {
  const db = await open();
  const facility = new Date() as unknown as string;
  const row = { facility, seq: 1, leaf: null };
  await expect(db.insertInto("ledger_heads").values(row).execute()).rejects.toThrow(TypeError);
  await db.destroy();
});

test("an entry of the log can be neither changed nor removed", async () => {
  const db = await open();
  const entry = { facility: "f1", seq: 1, incident: null, entry: "{}", leaf: "00" };
  await db.insertInto("ledger").values(entry).execute();
  await expect(db.updateTable("ledger").set({ entry: "" }).execute()).rejects.toThrow(/append/);
  await expect(db.deleteFrom("ledger").execute()).rejects.toThrow(/append/);
  await db.destroy();
});

import { sql } from "kysely";
import { expect, test } from "vitest";
import { ruleBook } from "../incidents/rules.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import { describePeopleStore } from "../testing/people-store.ts";
import { describeStore } from "./contract.ts";
import type { Intake } from "./intake.ts";
import { describeMigrations } from "./migrations/contract.ts";
import { migrate } from "./migrations/index.ts";
import { listIncidents } from "./reading.ts";
import { recordBurst } from "./record.ts";
import { openSqlite } from "./sqlite.ts";

async function open() {
  const db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  return db;
}

describeStore("sqlite", open);
describePeopleStore("sqlite", open);

describeMigrations("sqlite", () => Promise.resolve(openSqlite(":memory:")));

test("a value that node:sqlite would misread is refused", async () => {
  const db = await open();
  const facility = new Date() as unknown as string;
  const row = { facility, seq: 1, leaf: null };
  await expect(db.insertInto("ledger_heads").values(row).execute()).rejects.toThrow(TypeError);
  await db.destroy();
});

test("a full disk refuses the burst, keeps the rest, and takes it when there is room again", async () => {
  const db = await open();
  const burst = (...intakes: Intake[]) =>
    recordBurst(db, { intakes, rules: ruleBook, now: T0, nowSteady: T0 });
  await burst(alertIntake());
  await sql`pragma max_page_count = 1`.execute(db);
  const many = Array.from({ length: 50 }, (_, n) => alertIntake({ onset: T0 + 1 + n }));
  await expect(burst(...many)).rejects.toThrow(/full/);
  expect(await listIncidents(db, { limit: 100 })).toHaveLength(1);
  await sql`pragma max_page_count = 100000`.execute(db);
  expect(new Set(await burst(...many))).toEqual(new Set(["recorded"]));
  await db.destroy();
});

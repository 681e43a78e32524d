import { pino } from "pino";
import { Registry } from "prom-client";
import { FakeClock } from "@anhu/core/time";
import { afterEach, beforeEach, expect, test } from "vitest";
import { notify } from "../channels/notify.ts";
import { T0 } from "../testing/alerts.ts";
import { facilityOf, noticeTo, PEOPLE_FILE } from "../testing/people.ts";
import { openAged } from "./aged.ts";
import { addCommand } from "./commands.ts";
import { migrate } from "./migrations/index.ts";
import type { Db } from "./schema.ts";
import { openSqlite } from "./sqlite.ts";

const DAY_MS = 86_400_000;
const STEP_MS = 600_000;

let db: Db;
let clock: FakeClock;
let registry: Registry;

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  clock = new FakeClock(T0);
  registry = new Registry();
});
afterEach(() => db.destroy());

test("what is done is kept for 400 days, what is not done for ever", async () => {
  await tell("s-02", "sent");
  await tell("s-02", "queued");
  await command("done");
  await command("sent");
  await days(399);
  expect(await left()).toEqual(["sent", "queued", "done", "sent"]);
  await tell("s-02", "failed");
  await days(2);
  expect(await left()).toEqual(["queued", "failed", "sent"]);
  expect(await registry.metrics()).toContain('anhu_rows_aged_total{table="deliveries"} 1');
});

test("a wall clock that steps ahead makes nothing old", async () => {
  await tell("s-02", "sent");
  const aged = open();
  clock.stepWall(1_000 * DAY_MS);
  clock.advance(STEP_MS);
  await aged.close();
  expect(await left()).toEqual(["sent"]);
});

test("many go in steps", async () => {
  for (let n = 0; n < 501; n += 1) await tell("s-02", "sent");
  await days(401);
  expect(await left()).toHaveLength(1);
});

function open() {
  const log = pino({ level: "silent" });
  const began = clock.monotonic();
  const steady = () => T0 + clock.monotonic() - began;
  return openAged({ db, clock, steady, log, registry });
}

/** So many days pass, and then one step is made. */
async function days(count: number): Promise<void> {
  clock.advance(count * DAY_MS);
  registry.clear();
  const log = pino({ level: "silent" });
  const aged = openAged({ db, clock, steady: () => clock.wall(), log, registry });
  clock.advance(STEP_MS);
  await aged.close();
}

async function tell(person: string, state: "sent" | "queued" | "failed"): Promise<void> {
  const options = { facility: facilityOf(PEOPLE_FILE), now: clock.wall() };
  const ids = await db.transaction().execute((tx) => notify(tx, noticeTo(person), options));
  await db.updateTable("deliveries").set({ state }).where("id", "in", ids).execute();
}

async function command(state: "done" | "sent"): Promise<void> {
  const to = { facility: "f1", gateway: "gw1", incident: null, verb: "status", by: "test" };
  const draft = { ...to, args: {}, expiresAt: clock.wall() };
  const id = await db.transaction().execute((tx) => addCommand(tx, draft, clock.wall()));
  await db.updateTable("commands").set({ state }).where("id", "=", id).execute();
}

async function left(): Promise<readonly string[]> {
  const deliveries = await db
    .selectFrom("deliveries")
    .select("state")
    .orderBy("position")
    .execute();
  const commands = await db.selectFrom("commands").select("state").orderBy("position").execute();
  return [...deliveries, ...commands].map(({ state }) => state);
}

/** How the trouble of a channel ends: by a success, or when there is no such way any more. */
import { FakeClock } from "@anhu/core/time";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ruleBook as rules } from "../incidents/rules.ts";
import { migrate } from "../store/migrations/index.ts";
import { recordWithin } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { T0 } from "../testing/alerts.ts";
import { FACILITY } from "../testing/facility.ts";
import { facilityOf, PEOPLE_FILE } from "../testing/people.ts";
import type { Blame } from "./channel.ts";
import { endRemoved, raiseTrouble, standingTroubles } from "./trouble.ts";

const HERE = [FACILITY];

let db: Db;
const clock = new FakeClock(T0);
const at = { now: T0, nowSteady: 0 };

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  await fails("s-02", "webhook");
  await fails("s-03", "email", "channel");
});
afterEach(() => db.destroy());

test("one whose person and channel are in the file stands, however long nothing is sent", async () => {
  clock.advance(86_400_000);
  await change(PEOPLE_FILE);
  expect(await standing()).toEqual(["channel-email", "channel-webhook-s-02"]);
  expect(await standingTroubles(db, HERE)).toBe(2);
});

test("one of a person who has left is over", async () => {
  await change(PEOPLE_FILE.replace(/ *- \{ id: s-02[^\n]*\n/, ""));
  expect(await standing()).toEqual(["channel-email"]);
  expect(await standingTroubles(db, HERE)).toBe(1);
});

test("one of a channel that the person has no more is over", async () => {
  await change(
    PEOPLE_FILE.replace('webhook: "http://127.0.0.1:9102/phone"', "email: b@example.com"),
  );
  expect(await standing()).toEqual(["channel-email"]);
});

test("one of a whole channel is over when nobody has that channel any more", async () => {
  await change(PEOPLE_FILE.replaceAll(/,? *\{ email: [^}]*\}/g, ""));
  expect(await standing()).toEqual(["channel-webhook-s-02"]);
});

test("one of a siren is over when its gateway has none any more", async () => {
  await fails("gw1", "siren");
  await change(PEOPLE_FILE);
  expect(await standing()).toEqual(["channel-email", "channel-webhook-s-02"]);
});

test("of a facility that nobody here has a file of, health says nothing", async () => {
  expect(await standingTroubles(db, [])).toBe(0);
});

async function fails(person: string, kind: string, blame: Blame = "person"): Promise<void> {
  const way = { facility: FACILITY, kind, channel: kind, person };
  await db.transaction().execute(async (tx) => {
    const alert = await raiseTrouble(tx, way, { blame, now: T0 });
    if (alert !== null) await recordWithin(tx, { intakes: [alert], rules, ...at });
  });
}

function change(file: string): Promise<void> {
  return endRemoved(db, [facilityOf(file)], at, (tx, alert, times) =>
    recordWithin(tx, { intakes: [alert], rules, ...times }),
  );
}

async function standing(): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("alerts")
    .select("device")
    .where("cleared_at", "is", null)
    .orderBy("device")
    .execute();
  return rows.map(({ device }) => device);
}

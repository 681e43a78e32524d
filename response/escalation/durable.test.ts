/** Killed at any moment, with clocks that step: who is called stays who is called. */
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { migrate } from "../store/migrations/index.ts";
import { openSqlite } from "../store/sqlite.ts";
import { CODE_302, each, NIGHT, openHome } from "./story.ts";
import type { Home } from "./story.ts";
import { openSteady } from "./steady.ts";

const HOUR_S = 3_600;

let home: Home;
afterEach(() => home.close());

/** A fire, an answer that is not kept, a second alert, nobody for three minutes, an arrival, the end. */
async function night(commits: number): Promise<{ told: readonly string[]; dead: boolean }> {
  home = await openHome({ commits });
  let dead = false;
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await revive();
      await home.pass(1);
    }
    await revive();
  };
  const revive = async () => {
    if (!home.dead) return;
    dead = true;
    await home.restart();
  };
  await home.alarm();
  await pass(4);
  await home.says("c-302", "coming");
  await pass(6);
  await home.alarm({ device: "smoke-306" });
  await pass(190);
  await home.says("centre", "arrived", CODE_302);
  await pass(5);
  await home.clear();
  await home.clear({ device: "smoke-306" });
  await pass(5);
  await home.log();
  return { told: await home.told(), dead };
}

test("a night is the same night however often, and wherever, the process is killed between two commits", async () => {
  const { told: whole } = await night(Number.POSITIVE_INFINITY);
  expect(whole).toContain("124 head call");
  expect(whole).toContain("205 c-302 stand_down");
  await home.close();
  let kills = 0;
  for (let commits = 1; ; commits += 1) {
    const { told, dead } = await night(commits);
    if (!dead) break;
    kills += 1;
    expect(told, `killed after commit ${commits}`).toEqual(whole);
    await home.close();
  }
  expect(kills).toBeGreaterThanOrEqual(6);
});

describe("a stop", () => {
  test("of which the wall clock tells the length is time that passed: everybody who is due is called at once", async () => {
    home = await openHome();
    await home.alarm();
    await home.told();
    await home.loop.close();
    home.clock.advance(100_000);
    await home.restart();
    expect(await home.told()).toEqual(each(100, "call", "c-306", "c-201", "head", "lead"));
  });

  test("between the alert and the first look forgets nobody", async () => {
    home = await openHome();
    await home.loop.close();
    await home.alarm();
    expect(await home.told()).toEqual([]);
    await home.restart();
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "c-302"),
    ]);
  });

  test("after which the wall clock is wrong loses no time that had passed", async () => {
    home = await openHome();
    await home.alarm();
    await home.pass(20);
    await home.told();
    home.step(-24 * HOUR_S);
    await home.restart();
    await home.pass(5);
    expect((await home.told()).map((line) => line.split(" ")[1])).toEqual(["c-201"]);
  });
});

test("a wall clock that steps calls nobody early, late, or twice", async () => {
  home = await openHome();
  await home.alarm();
  // Minutes only: another shift would be another story.
  for (const step of [600, -1_200, 900, -300]) {
    home.step(step);
    await home.pass(30);
  }
  expect((await home.told()).map((line) => line.split(" ").slice(1).join(" "))).toEqual([
    "duty-1 prompt",
    "c-302 call",
    "c-306 call",
    "c-201 call",
    "head call",
    "lead call",
    "centre call",
  ]);
});

test("a transaction that fails leaves nothing behind, and is made again", async () => {
  home = await openHome();
  await home.alarm();
  await home.told();
  await sql`create trigger broken before insert on deliveries when new.person = 'c-306'
    begin select raise(abort, 'the disk is full'); end`.execute(home.db);
  await home.pass(10);
  expect(await home.told()).toEqual([]);
  expect(await home.db.selectFrom("calls").selectAll().execute()).toHaveLength(2);
  expect(home.loop.health()).toMatchObject({ status: "degraded" });
  await sql`drop trigger broken`.execute(home.db);
  await home.pass(15);
  expect((await home.told()).map((line) => line.split(" ")[1])).toEqual(["c-306", "c-201"]);
  await home.log();
});

test("calls that are late because nothing ran say so in the log; those in time do not", async () => {
  home = await openHome();
  await home.alarm();
  await home.pass(9);
  expect(await home.log()).not.toContain("calls_late");
  await home.loop.close();
  home.clock.advance(60_000);
  await home.restart();
  await home.pass(1);
  expect((await home.told()).some((line) => line.endsWith("head call"))).toBe(true);
  const late = await home.db
    .selectFrom("ledger")
    .select("entry")
    .where("entry", "like", '%"calls_late"%')
    .execute();
  expect(late.map(({ entry }) => JSON.parse(entry).data)).toMatchObject([{ stopped: true }]);
  await home.log();
});

describe("steady time", () => {
  const open = async () => {
    const db = openSqlite(":memory:");
    await migrate(db, "sqlite");
    return db;
  };

  test("runs with the monotonic clock, whatever the wall clock does", async () => {
    home = await openHome();
    const clock = new FakeClock(NIGHT);
    const steady = await openSteady(await open(), clock);
    expect(steady.now()).toBe(NIGHT);
    clock.stepWall(-HOUR_S * 1_000);
    clock.advance(1_500);
    clock.stepWall(2 * HOUR_S * 1_000);
    expect(steady.now()).toBe(NIGHT + 1_500);
  });

  test("goes on from what was kept when the wall clock is behind it at a start, and from the wall clock when that is ahead", async () => {
    home = await openHome();
    const db = await open();
    const first = new FakeClock(NIGHT);
    const steady = await openSteady(db, first);
    first.advance(5_000);
    await steady.keep(db);
    const behind = await openSteady(db, new FakeClock(NIGHT - 60_000));
    expect(behind.now()).toBe(NIGHT + 5_001);
    const ahead = await openSteady(db, new FakeClock(NIGHT + 60_000));
    expect(ahead.now()).toBe(NIGHT + 60_000);
  });

  test("that one process has kept is not taken back by another that is behind", async () => {
    home = await openHome();
    const db = await open();
    const fast = await openSteady(db, new FakeClock(NIGHT + 9_000));
    const slow = await openSteady(db, new FakeClock(NIGHT));
    await fast.keep(db);
    await slow.keep(db);
    expect(await db.selectFrom("steady").selectAll().execute()).toEqual([
      { id: 1, at_steady: NIGHT + 9_000 },
    ]);
  });
});

/** Duty checks 查岗 of the night. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOME, HOME_FILE } from "../testing/home.ts";
import { homeOf, NIGHT, openHome } from "./story.ts";
import type { Home } from "./story.ts";
import { planOf } from "./duty-plan.ts";

const HOUR_S = 3_600;

let home: Home;
beforeEach(async () => {
  home = await openHome({ checks: true });
});
afterEach(() => home.close());

/** Hours pass in steps of half a minute. */
async function pass(seconds: number): Promise<void> {
  for (let gone = 0; gone < seconds; gone += 30) {
    home.clock.advance(30_000);
    await home.loop.idle();
  }
}

async function checks(): Promise<readonly string[]> {
  return (await home.told()).filter((line) => line.includes("duty_check"));
}

async function unattended(): Promise<readonly string[]> {
  const rows = await home.db
    .selectFrom("incidents")
    .select(["rule", "state", "room", "severity"])
    .execute();
  return rows.map(({ rule, state, room, severity }) => `${rule} ${room} ${severity} ${state}`);
}

describe("a night shift", () => {
  test("has two checks at times that nobody knows, and the day has none", async () => {
    await pass(6 * HOUR_S);
    const asked = await checks();
    expect(asked).toHaveLength(2);
    for (const line of asked) expect(line).toMatch(/ duty-1 duty_check$/);
    await pass(11 * HOUR_S);
    expect(await checks()).toEqual([]);
  });

  test("keeps its checks over restarts and clock steps: none is asked twice", async () => {
    await home.restart();
    home.step(-1_800);
    await home.restart();
    await pass(2 * HOUR_S);
    await home.restart();
    home.step(1_800);
    await pass(4 * HOUR_S);
    expect(await checks()).toHaveLength(2);
  });

  test("is not asked about afterwards: a check whose time has passed while nothing ran is skipped, and said so", async () => {
    await home.loop.close();
    home.clock.advance(5.9 * HOUR_S * 1_000);
    await home.restart();
    expect(await checks()).toEqual([]);
    expect(await home.log()).toEqual(["duty_check_skipped", "duty_check_skipped"]);
  });
});

describe("the plan", () => {
  const plan = (random: number, change = (text: string) => text) =>
    planOf(homeOf(change(HOME_FILE)), { now: NIGHT, random: () => random });

  test.each([0, 0.5, 0.999_999])(
    "of chance %d is inside the shift and its checks are apart",
    (chance) => {
      const [first, second, ...more] = plan(chance);
      expect(more).toEqual([]);
      const [a = 0, b = 0] = [first?.due_at, second?.due_at];
      expect(a).toBeGreaterThanOrEqual(NIGHT);
      expect(b - a).toBeGreaterThan(1_800_000);
      expect(b).toBeLessThan(NIGHT + 5.9 * HOUR_S * 1_000);
    },
  );

  test("is of one night, whenever in it it is made", () => {
    const ids = (at: number) =>
      planOf(homeOf(HOME_FILE), { now: at, random: () => 0 }).map(({ id }) => id);
    const evening = Date.UTC(2026, 10, 21, 12, 30);
    expect(ids(evening)).toEqual([`${HOME}.2026-11-21.2000.1`, `${HOME}.2026-11-21.2000.2`]);
    expect(ids(NIGHT)).toEqual(ids(evening));
  });

  test("is empty where nobody sits in the duty room, by day, and when the shift is nearly over", () => {
    expect(plan(0, (text) => text.replaceAll(", duty_room: [duty-1]", ""))).toEqual([]);
    const at = (now: number) => planOf(homeOf(HOME_FILE), { now, random: () => 0 });
    expect(at(NIGHT + 8 * HOUR_S * 1_000)).toEqual([]);
    expect(at(NIGHT + 5.2 * HOUR_S * 1_000)).toEqual([]);
  });
});

describe("a check", () => {
  beforeEach(async () => {
    while ((await checks()).length === 0) await pass(30);
    await home.log();
  });

  test("that is answered in ten minutes is done, and once is enough", async () => {
    await pass(540);
    expect(await home.says("duty-1", "here")).toEqual({ ok: true, value: null });
    expect(await home.says("duty-1", "here")).toEqual({ ok: true, value: null });
    await pass(600);
    expect(await home.log()).toEqual(["duty_check_answered"]);
    expect(await unattended()).toEqual([]);
  });

  test("that is missed is an incident of its own, for which the shift and the head are called", async () => {
    await home.told();
    await pass(600);
    expect(await unattended()).toEqual(["duty-room-unattended duty high raised"]);
    const told = (await home.told()).map((line) => line.replace(/^\d+ /, ""));
    expect(told).toEqual(["c-306 call", "c-302 call", "c-201 call", "head call"]);
    expect(await home.log()).toEqual(["duty_check_missed"]);
  });

  test("that is answered late ends the incident, and stays missed", async () => {
    await pass(630);
    expect(await home.says("duty-1", "here")).toEqual({ ok: true, value: null });
    expect(await unattended()).toEqual(["duty-room-unattended duty high resolved"]);
    const row = await home.db
      .selectFrom("duty_checks")
      .select(["state", "person"])
      .where("asked_at", "is not", null)
      .executeTakeFirst();
    expect(row).toEqual({ state: "missed", person: "duty-1" });
  });

  test("that is missed is over when somebody at the scene says so", async () => {
    await pass(600);
    const { id } = await home.db.selectFrom("incidents").select("id").executeTakeFirstOrThrow();
    const done = await home.does("head", { do: "resolve", manages: true }, id);
    expect(done).toEqual({ ok: true, value: null });
    expect(await unattended()).toEqual(["duty-room-unattended duty high resolved"]);
  });

  test("after a missed one joins the incident that stands", async () => {
    await pass(5 * HOUR_S);
    expect(await unattended()).toEqual(["duty-room-unattended duty high unanswered"]);
    expect(await home.db.selectFrom("alerts").select("alert").execute()).toHaveLength(2);
  });

  test("is not answered by a promise, nor by a token that is somebody else's", async () => {
    const row = await home.db
      .selectFrom("deliveries")
      .select("body")
      .where("purpose", "=", "duty_check")
      .executeTakeFirstOrThrow();
    const { token } = (JSON.parse(row.body) as { answer: { token: string } }).answer;
    const say = (of: string, answer: "coming" | "here" | "shown") =>
      home.actions.answer(of, { answer, code: undefined, delivery: null });
    expect(await say(token, "coming")).toMatchObject({ error: { reason: "wrong_state" } });
    expect(await say(token, "shown")).toEqual({ ok: true, value: null });
    const [mac] = token.split(".");
    const other = Buffer.from("pt-1.2026-11-21.2000.1/head").toString("base64url");
    expect(await say(`${mac}.${other}`, "here")).toMatchObject({
      error: { reason: "unknown_token" },
    });
  });
});

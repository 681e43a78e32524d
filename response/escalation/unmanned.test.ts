/** When there is nobody to call, or nobody is to be called. */
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { HOME, HOME_FILE } from "../testing/home.ts";
import { FIRE, NIGHT, openHome, POISONED, each } from "./story.ts";
import type { Home } from "./story.ts";

let home: Home;
afterEach(() => home.close());

const BATTERY = {
  rule: "device-battery-low",
  device: "smoke-302",
  severity: "low",
  event: `${HOME}.trouble.smoke-302.${NIGHT}`,
} as const;

describe("nobody", () => {
  test("on duty: the head is called at once, and each empty tier is written down", async () => {
    home = await openHome({ file: HOME_FILE.replaceAll(/people: \[[^\]]*\]/g, "people: []") });
    await home.alarm();
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "head", "lead"),
    ]);
    expect(await home.log()).toEqual(["tier_empty", "tier_empty", "tier_empty"]);
  });

  test("in the duty room is written down, and the tiers keep their times", async () => {
    home = await openHome({ file: HOME_FILE.replaceAll(", duty_room: [duty-1]", "") });
    await home.alarm();
    await home.pass(8);
    expect(await home.told()).toEqual([...each(0, "call", "c-302"), ...each(8, "call", "c-306")]);
    expect(await home.log()).toEqual(["tier_empty"]);
  });

  test("at all is 'unanswered' at once, said again every minute, and the siren sounds", async () => {
    const file = HOME_FILE.replaceAll(/people: \[[^\]]*\]/g, "people: []")
      .replaceAll(", duty_room: [duty-1]", "")
      .replace(/staff:[^]*rota:/, "staff: []\nrota:");
    home = await openHome({ file });
    await home.alarm();
    await home.pass(60);
    expect(await home.told()).toEqual([
      ...each(0, "unanswered", "gw1"),
      ...each(60, "unanswered", "gw1"),
    ]);
    expect(await home.state()).toBe("unanswered");
    expect(await home.log()).toEqual([
      ...Array.from({ length: 6 }, () => "tier_empty"),
      "unanswered",
      "unanswered",
    ]);
  });

  test("in the file, which is then put right: who stands in it now is called at once, not when it is said again", async () => {
    const nobody = HOME_FILE.replaceAll(/people: \[[^\]]*\]/g, "people: []")
      .replaceAll(", duty_room: [duty-1]", "")
      .replace(/staff:[^]*rota:/, "staff: []\nrota:");
    home = await openHome({ file: nobody });
    await home.alarm();
    await home.pass(5);
    expect(await home.told()).toEqual(each(0, "unanswered", "gw1"));
    await home.rewrite(HOME_FILE);
    expect(await home.told()).toEqual(
      each(5, "call", "c-302", "c-306", "c-201", "head", "lead", "centre"),
    );
  });

  test("known of the facility: the same, and it does not disturb the others", async () => {
    home = await openHome();
    const event = `other.fire.all.${NIGHT}`;
    await home.alarm({ facility: "other", event });
    await home.alarm();
    expect(await home.state(event)).toBe("unanswered");
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "c-302"),
    ]);
  });
});

describe("a drill", () => {
  test("calls people as a fire does, with the mark", async () => {
    home = await openHome();
    await home.alarm({ drill: true });
    expect(await home.told()).toEqual(["0 duty-1 prompt (drill)", "0 c-302 call (drill)"]);
    const row = await home.db.selectFrom("deliveries").select("body").executeTakeFirstOrThrow();
    expect(JSON.parse(row.body)).toMatchObject({
      title: {
        zh: "【演练】烟雾报警 三层 302室",
        en: "[DRILL] Smoke alarm: Room 302, Third floor",
      },
    });
  });

  test("of a device in test mode calls nobody, until the test ends", async () => {
    home = await openHome();
    await testMode(300);
    await home.alarm({ drill: true });
    await home.pass(299);
    expect(await home.told()).toEqual([]);
    await home.pass(9);
    expect(await home.told()).toEqual([
      "300 duty-1 prompt (drill)",
      "300 c-302 call (drill)",
      "308 c-306 call (drill)",
    ]);
    expect(await home.log()).toEqual(["test_mode", "prompt_unanswered"]);
  });

  test("of a device in test mode that is over before the test is disturbs nobody", async () => {
    home = await openHome();
    await testMode(300);
    await home.alarm({ drill: true });
    await home.pass(20);
    await home.clear({ drill: true });
    await home.pass(400);
    expect(await home.told()).toEqual([]);
    expect(await home.log()).toEqual(["test_mode"]);
  });

  test("is none for an alarm that began before the device was in test mode", async () => {
    home = await openHome();
    await testMode(300);
    await home.alarm();
    expect(await home.told()).toHaveLength(2);
  });

  test("with a second device that is not in test mode is called for", async () => {
    home = await openHome();
    await testMode(300);
    await home.alarm({ drill: true });
    await home.alarm({ drill: true, device: "smoke-306" });
    expect(await home.told()).toHaveLength(2);
  });

  async function testMode(seconds: number): Promise<void> {
    const until = home.clock.wall() + seconds * 1_000;
    const row = { facility: HOME, device: "smoke-302", until, by: "user:u-1", reason: "yearly" };
    await home.db.insertInto("test_modes").values(row).execute();
  }
});

describe("a weak battery at two in the night", () => {
  test("wakes nobody, and is called at seven", async () => {
    home = await openHome();
    await home.alarm(BATTERY);
    for (let minute = 0; minute < 289; minute += 1) await pass(60);
    expect(await home.told()).toEqual([]);
    await pass(60);
    expect(await home.told()).toEqual(each(17_400, "call", "duty-1"));
    expect((await home.log()).filter((type) => type === "deferred")).toEqual(["deferred"]);
  });

  test("is not forgotten by a restart, nor called early by a clock that steps and comes back", async () => {
    home = await openHome();
    await home.alarm(BATTERY);
    await home.restart();
    home.step(-3_600);
    await pass(120);
    home.step(3_600);
    await pass(120);
    expect(await home.told()).toEqual([]);
    home.step(6 * 3_600);
    await pass(60);
    expect(await home.told()).toHaveLength(1);
  });

  test("that is gone before is nobody's to know", async () => {
    home = await openHome();
    await home.alarm(BATTERY);
    await home.clear(BATTERY);
    for (let minute = 0; minute < 300; minute += 1) await pass(60);
    expect(await home.told()).toEqual([]);
  });

  /** In one step: what is due in between is looked at then. */
  async function pass(seconds: number): Promise<void> {
    home.clock.advance(seconds * 1_000);
    await home.loop.idle();
  }
});

test("every live incident has a timer, whatever was taken from it: the watchdog gives it back and says so", async () => {
  home = await openHome();
  await home.alarm();
  await home.pass(2);
  await home.told();
  await home.db.updateTable("escalations").set({ next_steady: null }).execute();
  await home.pass(10);
  expect(await home.told()).toEqual(each(10, "call", "c-306"));
  await home.db.deleteFrom("escalations").execute();
  await home.pass(10);
  expect(await home.log()).toEqual([
    "escalation_repaired",
    "prompt_unanswered",
    "escalation_repaired",
  ]);
  const row = await home.db.selectFrom("escalations").selectAll().executeTakeFirst();
  expect(row).toMatchObject({ incident: FIRE, policy: "fire", next_steady: expect.any(Number) });
});

test("one incident that cannot be looked at holds up no other, and is tried again for ever", async () => {
  home = await openHome();
  await home.alarm({ facility: POISONED, event: `${POISONED}.fire.all.${NIGHT}` });
  await home.alarm();
  expect(await home.told()).toEqual([...each(0, "prompt", "duty-1"), ...each(0, "call", "c-302")]);
  expect(home.loop.health()).toMatchObject({ status: "degraded" });
  await home.pass(60);
  expect((await home.told()).at(-1)).toBe("55 lead call");
  const row = await home.db
    .selectFrom("escalations")
    .select("next_steady")
    .where("facility", "=", POISONED)
    .executeTakeFirstOrThrow();
  const dueInMs = (row.next_steady ?? 0) - NIGHT - 60_000;
  expect(dueInMs).toBeGreaterThan(0);
  expect(dueInMs).toBeLessThanOrEqual(10_000);
});

test("an incident that failed and is over, by whatever way, is no trouble any more", async () => {
  home = await openHome();
  await home.alarm({ facility: POISONED, event: `${POISONED}.fire.all.${NIGHT}` });
  await home.pass(3);
  expect(home.loop.health()).toMatchObject({ status: "degraded" });
  await home.db.updateTable("incidents").set({ state: "resolved" }).execute();
  await home.db.updateTable("escalations").set({ phase: "settled", next_steady: null }).execute();
  await home.pass(12);
  expect(home.loop.health()).toEqual({ status: "ok", detail: "" });
});

test("a watchdog or a duty check that fails holds up nobody", async () => {
  home = await openHome();
  await sql`alter table duty_checks rename to gone`.execute(home.db);
  await home.alarm();
  await home.pass(25);
  expect(await home.told()).toHaveLength(4);
  expect(home.loop.health()).toMatchObject({ status: "degraded" });
});

test("a loop that does not come round is down", async () => {
  home = await openHome();
  expect(home.loop.health()).toEqual({ status: "ok", detail: "" });
  await home.loop.close();
  home.clock.advance(10_001);
  expect(home.loop.health()).toMatchObject({ status: "down" });
});

/** What changes in an incident while it lasts: it becomes graver, it is silenced, its shift ends. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOME, HOME_FILE } from "../testing/home.ts";
import { CODE_302, FIRE, NIGHT, openHome, each } from "./story.ts";
import type { Home } from "./story.ts";

const FALL = { rule: "fall", device: "pendant-1", event: `${HOME}.care.p-1.${NIGHT}` };
const SUSPECTED = { ...FALL, severity: "medium" } as const;
const CONFIRMED = { ...FALL, severity: "high", phase: "updated" } as const;

let home: Home;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

async function commands(): Promise<readonly string[]> {
  const rows = await home.db.selectFrom("commands").selectAll().orderBy("position").execute();
  return rows.map(({ gateway, verb, args }) => `${gateway} ${verb} ${args}`);
}

async function silencedMs(): Promise<number | null> {
  const row = await home.db
    .selectFrom("escalations")
    .select("silenced_until_steady")
    .executeTakeFirstOrThrow();
  return row.silenced_until_steady;
}

describe("a suspected fall", () => {
  test("is looked at by one person of the floor at a time", async () => {
    await home.alarm(SUSPECTED);
    await home.pass(70);
    expect(await home.told()).toEqual([...each(0, "call", "c-302"), ...each(60, "call", "c-306")]);
  });

  test("that is refused by the first goes to the next at once", async () => {
    await home.alarm(SUSPECTED);
    await home.pass(5);
    await home.says("c-302", "cannot_come");
    expect(await home.told()).toEqual([...each(0, "call", "c-302"), ...each(5, "call", "c-306")]);
  });

  test("that is confirmed is a graver alarm: who was called is called again, by the graver policy from its beginning", async () => {
    await home.alarm(SUSPECTED);
    await home.pass(65);
    await home.told();
    await home.alarm(CONFIRMED);
    await home.pass(61);
    expect(await home.told()).toEqual([
      ...each(65, "call", "c-302", "c-306"),
      ...each(125, "call", "c-201", "duty-1"),
    ]);
    expect(await home.log()).toEqual(["severity_rose"]);
  });

  test("that is confirmed is not held back by a promise that was given for less", async () => {
    await home.alarm(SUSPECTED);
    await home.says("c-302", "coming");
    await home.pass(10);
    await home.told();
    await home.alarm(CONFIRMED);
    await home.pass(30);
    expect(await home.told()).toEqual([...each(10, "call", "c-302"), ...each(40, "call", "c-306")]);
    expect(await home.says("c-302", "coming")).toEqual({ ok: true, value: "acknowledged" });
  });

  test("that is confirmed with somebody there stays `arrived`, and more are called", async () => {
    await home.alarm(SUSPECTED);
    await home.says("c-302", "arrived", CODE_302);
    await home.told();
    await home.alarm(CONFIRMED);
    expect(await home.told()).toEqual(each(0, "call", "c-302"));
    expect(await home.state(FALL.event)).toBe("arrived");
    await home.pass(30);
    expect(await home.told()).toEqual(each(30, "call", "c-306"));
  });
});

describe("a silence", () => {
  test("is a command to the gateway, no answer, and ends by itself", async () => {
    await home.alarm();
    await home.does("c-302", { do: "silence" });
    await home.does("head", { do: "silence" });
    const [command = "", ...others] = await commands();
    expect(others).toEqual([]);
    expect(command).toMatch(
      /^gw1 silence \{"seconds":120,"until":\d+,"alerts":\["[^"]*\/smoke-302\/smoke-alarm\/\d+"\],"by":"user:c-302"\}$/,
    );
    await home.pass(125);
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "c-302"),
      ...each(8, "call", "c-306"),
      ...each(25, "call", "c-201"),
      ...each(55, "call", "head", "lead"),
      ...each(115, "call", "centre"),
    ]);
    expect(await home.log()).toEqual(["silenced", "prompt_unanswered", "silence_over"]);
    expect(await silencedMs()).toBeNull();
  });

  test("ends with a new alert", async () => {
    await home.alarm();
    await home.does("c-302", { do: "silence" });
    await home.alarm({ device: "smoke-306" });
    expect(await home.log()).toEqual(["silenced", "silence_over"]);
  });

  test("ends when the severity rises, and the sirens sound again", async () => {
    const warning = { rule: "electrical-fire-alarm", device: "ef-1", severity: "high" } as const;
    await home.alarm(warning);
    await home.does("c-302", { do: "silence" });
    await home.told();
    await home.alarm();
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "c-302"),
      ...each(0, "unanswered", "gw1"),
    ]);
    expect(await home.log()).toEqual(["silenced", "severity_rose", "silence_over"]);
  });

  test("is nothing any more when it is over", async () => {
    await home.alarm();
    await home.clear();
    expect(await home.does("c-302", { do: "silence" })).toMatchObject({
      error: { reason: "call_over" },
    });
  });
});

test("a shift that ends while a fire burns: those who are on duty then belong to the tiers that have begun", async () => {
  const until = HOME_FILE.replace('to: "08:00", people', 'to: "02:11", people').replace(
    'from: "08:00"',
    'from: "02:11"',
  );
  await home.close();
  home = await openHome({ file: until });
  await home.alarm();
  await home.pass(70);
  expect(await home.told()).toEqual([
    ...each(0, "prompt", "duty-1"),
    ...each(0, "call", "c-302"),
    ...each(8, "call", "c-306"),
    ...each(25, "call", "c-201"),
    ...each(55, "call", "head", "lead"),
    ...each(60, "call", "day"),
  ]);
});

test("events of different kinds do not wait for each other", async () => {
  await home.alarm();
  await home.says("c-302", "arrived", CODE_302);
  await home.told();
  await home.alarm(SUSPECTED);
  expect(await home.told()).toEqual(each(0, "call", "c-302"));
  expect(await home.state(FIRE)).toBe("arrived");
  expect(await home.state(FALL.event)).toBe("raised");
});

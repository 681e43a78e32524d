/** The night this product exists for: a fire on the third floor at 02:10. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CODE_302, openHome, each } from "./story.ts";
import type { Home } from "./story.ts";

const EVERYBODY = ["c-302", "c-306", "c-201", "head", "lead", "centre", "duty-1"];

let home: Home;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

describe("a fire that nobody answers", () => {
  test("goes from the nearest to the rescue centre, and then everybody is called every minute", async () => {
    await home.alarm();
    await home.pass(300);
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "c-302"),
      ...each(8, "call", "c-306"),
      ...each(25, "call", "c-201"),
      ...each(55, "call", "head", "lead"),
      ...each(115, "call", "centre"),
      ...each(175, "unanswered", ...EVERYBODY, "gw1"),
      ...each(235, "unanswered", ...EVERYBODY, "gw1"),
      ...each(295, "unanswered", ...EVERYBODY, "gw1"),
    ]);
    expect(await home.state()).toBe("unanswered");
    expect(await home.log()).toEqual([
      "prompt_unanswered",
      "unanswered",
      "unanswered",
      "unanswered",
    ]);
  });

  test("ends when somebody answers: acknowledged, nobody else is called, and arrival makes it arrived", async () => {
    await home.alarm();
    await home.pass(200);
    await home.told();
    expect(await home.says("head", "coming")).toEqual({ ok: true, value: "acknowledged" });
    await home.pass(100);
    expect(await home.told()).toEqual([]);
    expect(await home.says("head", "arrived", CODE_302)).toEqual({ ok: true, value: "arrived" });
    await home.pass(600);
    expect(await home.told()).toEqual([]);
  });
});

describe("an answer", () => {
  test("of a carer at 20 s holds back shift, head and centre", async () => {
    await home.alarm();
    await home.pass(20);
    await home.told();
    await home.says("c-302", "coming");
    await home.pass(80);
    await home.says("c-302", "arrived", CODE_302);
    await home.pass(300);
    expect(await home.told()).toEqual([]);
    expect(await home.state()).toBe("arrived");
  });

  test("of the head at 70 s holds back the centre", async () => {
    await home.alarm();
    await home.pass(70);
    await home.told();
    await home.says("head", "coming");
    await home.pass(60);
    await home.says("head", "arrived", CODE_302);
    await home.pass(300);
    expect(await home.told()).toEqual([]);
  });

  test("whose arrival never comes lets every tier that is due go at once, and is written down", async () => {
    await home.alarm();
    await home.pass(5);
    await home.told();
    await home.says("c-302", "coming");
    await home.pass(119);
    expect(await home.told()).toEqual([]);
    await home.pass(1);
    expect(await home.told()).toEqual(
      each(125, "call", "c-306", "c-201", "head", "lead", "centre"),
    );
    expect(await home.log()).toEqual(["answered", "arrival_missed", "prompt_unanswered"]);
    await home.pass(60);
    expect(await home.told()).toEqual(each(175, "unanswered", ...EVERYBODY, "gw1"));
  });

  test("that nobody of the tier can come calls the next tier at once", async () => {
    await home.alarm();
    await home.pass(3);
    await home.told();
    await home.says("c-302", "cannot_come");
    expect(await home.told()).toEqual(each(3, "call", "c-306"));
    await home.says("c-306", "cannot_come");
    expect(await home.told()).toEqual(each(3, "call", "c-201"));
  });

  test("of everybody that they cannot come is 'unanswered' at once, and everybody is asked again", async () => {
    await home.alarm();
    for (const person of ["c-302", "c-306", "c-201", "head", "lead", "centre"]) {
      await home.says(person, "cannot_come");
    }
    expect((await home.told()).slice(-8)).toEqual(each(0, "unanswered", ...EVERYBODY, "gw1"));
    expect(await home.state()).toBe("unanswered");
    await home.says("centre", "cannot_come");
    await home.pass(59);
    expect(await home.told()).toEqual([]);
    await home.pass(1);
    expect(await home.told()).toEqual(each(60, "unanswered", ...EVERYBODY, "gw1"));
  });

  test("that takes back a promise lets the tiers go on", async () => {
    await home.alarm();
    await home.says("c-302", "coming");
    await home.pass(30);
    await home.told();
    await home.says("c-302", "cannot_come");
    expect(await home.told()).toEqual(each(30, "call", "c-306", "c-201"));
    expect(await home.state()).toBe("notified");
  });

  test("of who is late, before anybody has looked, is a promise anew and is not lost", async () => {
    await home.alarm();
    await home.says("c-302", "coming");
    await home.loop.close();
    home.clock.advance(121_000);
    expect(await home.says("c-302", "coming")).toEqual({ ok: true, value: "acknowledged" });
    expect(await home.log()).toEqual(["answered", "answered"]);
  });

  test("can be given twice, and counts once", async () => {
    await home.alarm();
    await home.says("c-302", "coming");
    await home.pass(100);
    await home.says("c-302", "coming");
    await home.pass(20);
    expect(await home.log()).toEqual(["answered", "arrival_missed", "prompt_unanswered"]);
  });

  test("to an older message of the same incident counts as well", async () => {
    await home.alarm();
    const [call] = await home.db
      .selectFrom("deliveries")
      .select("body")
      .where("person", "=", "c-302")
      .execute();
    const { answer } = JSON.parse(call?.body ?? "") as { answer: { token: string } };
    await home.pass(200);
    const said = { answer: "coming", code: undefined, delivery: null } as const;
    expect(await home.actions.answer(answer.token, said)).toEqual({
      ok: true,
      value: "acknowledged",
    });
    await home.told();
    await home.pass(119);
    expect(await home.told()).toEqual([]);
  });
});

test("what people read says how it is when they are told, and who is on the way", async () => {
  await home.alarm();
  await home.says("c-302", "coming");
  await home.alarm({ device: "smoke-306" });
  await home.pass(10);
  const read = async (purpose: string) => {
    const row = await home.db
      .selectFrom("deliveries")
      .select("body")
      .where("purpose", "=", purpose as "call")
      .where("person", "=", "duty-1")
      .executeTakeFirstOrThrow();
    return JSON.parse(row.body) as unknown;
  };
  expect(await read("update")).toMatchObject({
    incident: { state: "acknowledged", floor_name: { en: "Third floor" } },
    coming: [{ person: "c-302", role: "carer" }],
  });
  await home.pass(190);
  expect(await read("unanswered")).toMatchObject({
    title: { zh: "烟雾报警 三层 302室", en: "Smoke alarm: Room 302, Third floor" },
    text: { zh: "无人应答！请立即前往。", en: "Nobody has answered! Please go there now." },
    incident: { state: "unanswered" },
    coming: [],
  });
});

describe("the duty room", () => {
  test("that answers keeps the floor asleep, and no more than that: the shift is called all the same", async () => {
    await home.alarm();
    await home.pass(4);
    await home.says("duty-1", "here");
    await home.pass(26);
    expect(await home.told()).toEqual([
      ...each(0, "prompt", "duty-1"),
      ...each(0, "call", "c-302"),
      ...each(25, "call", "c-306", "c-201"),
    ]);
    expect(await home.state()).toBe("notified");
  });

  test("that answers too late changes nothing", async () => {
    await home.alarm();
    await home.pass(10);
    await home.says("duty-1", "here");
    await home.told();
    await home.pass(15);
    expect(await home.told()).toEqual(each(25, "call", "c-201"));
  });

  test("can promise to come itself", async () => {
    await home.alarm();
    expect(await home.says("duty-1", "coming")).toEqual({ ok: true, value: "acknowledged" });
    await home.told();
    await home.pass(119);
    expect(await home.told()).toEqual([]);
  });
});

describe("states", () => {
  test("raised, notified when a far end has accepted a call, acknowledged, arrived, resolved, closed", async () => {
    await home.alarm();
    expect(await home.state()).toBe("raised");
    await home.deliver();
    expect(await home.state()).toBe("notified");
    await home.says("c-302", "coming");
    expect(await home.state()).toBe("acknowledged");
    await home.pass(125);
    expect(await home.state()).toBe("notified");
    await home.says("c-302", "arrived", CODE_302);
    expect(await home.state()).toBe("arrived");
    await home.clear();
    expect(await home.state()).toBe("resolved");
    await home.does("c-302", { do: "close", cause: "cooking_or_steam", text: undefined });
    expect(await home.state()).toBe("closed");
  });

  test("when it is over, everybody who was called and is not there need not come", async () => {
    await home.alarm();
    await home.pass(10);
    await home.says("c-306", "coming");
    await home.says("c-302", "arrived", CODE_302);
    await home.told();
    await home.clear();
    expect(await home.told()).toEqual(each(10, "stand_down", "duty-1", "c-306"));
    await home.pass(300);
    expect(await home.told()).toEqual([]);
    expect(await home.log()).toEqual(["prompt_unanswered", "answered", "arrived", "stand_down"]);
  });

  test("a fire that flares up again is a new round: everybody is called as if it were new", async () => {
    await home.alarm();
    await home.says("c-302", "arrived", CODE_302);
    await home.clear();
    await home.pass(60);
    await home.told();
    await home.alarm({ onset: home.clock.wall() });
    await home.pass(25);
    expect(await home.state()).toBe("raised");
    expect(await home.told()).toEqual([
      ...each(60, "prompt", "duty-1"),
      ...each(60, "call", "c-302"),
      ...each(68, "call", "c-306"),
      ...each(85, "call", "c-201"),
    ]);
  });
});

test("more alerts of the same fire are told to who was called, together, and nobody is called twice", async () => {
  await home.alarm();
  await home.pass(9);
  await home.alarm({ device: "smoke-306" });
  await home.alarm({ device: "heat-302" });
  await home.pass(30);
  expect(await home.told()).toEqual([
    ...each(0, "prompt", "duty-1"),
    ...each(0, "call", "c-302"),
    ...each(8, "call", "c-306"),
    ...each(10, "update", "duty-1", "c-302", "c-306"),
    ...each(25, "call", "c-201"),
  ]);
});

test("somebody has arrived and it goes on: head and fire lead are told every quarter of an hour", async () => {
  await home.alarm();
  await home.says("c-302", "arrived", CODE_302);
  await home.told();
  await home.pass(1_800);
  expect(await home.told()).toEqual([
    ...each(900, "call", "head", "lead"),
    ...each(1_800, "update", "head", "lead"),
  ]);
  expect(await home.log()).toEqual(["arrived", "resolve_overdue", "resolve_overdue"]);
});

/** What people do at the scene and on a page. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOME, HOME_FILE } from "../testing/home.ts";
import { CODE_302, FIRE, openHome, each } from "./story.ts";
import type { Home } from "./story.ts";

const WRONG = { error: { reason: "wrong_room_code" } };
const OVER = { error: { reason: "call_over" } };
const wrongCode = CODE_302 === "0000" ? "0001" : "0000";

let home: Home;
beforeEach(async () => {
  home = await openHome();
  await home.alarm();
});
afterEach(() => home.close());

describe("an arrival", () => {
  test("needs the code on the wall of the room, and each wrong one is written down", async () => {
    expect(await home.says("c-302", "arrived", wrongCode)).toMatchObject(WRONG);
    expect(await home.says("c-302", "arrived")).toMatchObject(WRONG);
    expect(await home.state()).toBe("notified");
    expect(await home.says("c-302", "arrived", CODE_302)).toEqual({ ok: true, value: "arrived" });
    expect(await home.log()).toEqual(["room_code_wrong", "room_code_wrong", "arrived"]);
  });

  test("is not found out by trying: after ten wrong codes not even the right one is taken", async () => {
    for (let n = 0; n < 10; n += 1) await home.says("c-302", "arrived", wrongCode);
    for (const code of [wrongCode, CODE_302]) {
      expect(await home.says("c-302", "arrived", code)).toMatchObject({
        error: { reason: "too_many_tries" },
      });
    }
    expect(await home.log()).toHaveLength(10);
    await home.pass(60);
    expect(await home.says("head", "arrived", CODE_302)).toMatchObject({ ok: true });
  });

  test("in another room that burns too is proved by that room's code", async () => {
    const { roomCode } = await import("@anhu/core/people");
    const code = roomCode("0b".repeat(32), HOME, "r306");
    expect(await home.says("c-302", "arrived", code)).toMatchObject(WRONG);
    await home.db.updateTable("alerts").set({ room: "r306" }).execute();
    expect(await home.says("c-302", "arrived", code)).toMatchObject({ ok: true });
  });

  test("where there is no room needs none", async () => {
    await home.db.updateTable("incidents").set({ room: "none" }).execute();
    await home.db.updateTable("alerts").set({ room: "none" }).execute();
    expect(await home.says("c-302", "arrived")).toEqual({ ok: true, value: "arrived" });
  });

  test("is not taken back by `cannot come`", async () => {
    await home.says("c-302", "arrived", CODE_302);
    expect(await home.says("c-302", "cannot_come")).toMatchObject({
      error: { reason: "wrong_state" },
    });
  });
});

describe("who was not called", () => {
  test("can come all the same, and is one of the people then", async () => {
    await home.told();
    expect(await home.does("day", { do: "acknowledge" })).toEqual({ ok: true, value: null });
    expect(await home.state()).toBe("acknowledged");
    const calls = await home.db
      .selectFrom("calls")
      .select(["person", "role", "tier", "answer"])
      .where("person", "=", "day")
      .execute();
    expect(calls).toEqual([{ person: "day", role: "carer", tier: "self", answer: "coming" }]);
    await home.clear();
    expect(await home.told()).toEqual(each(0, "stand_down", "duty-1", "c-302", "day"));
  });

  test("and has no staff id is nobody whom a channel could tell", async () => {
    const doer = { actor: "user:u-9", person: "user:u-9", role: "rescue-centre" };
    await home.actions.act(FIRE, doer, { do: "acknowledge" });
    expect(await home.state()).toBe("acknowledged");
    await home.told();
    await home.alarm({ device: "smoke-306" });
    await home.pass(10);
    await home.clear();
    await home.clear({ device: "smoke-306" });
    expect(await home.told()).toEqual([
      ...each(10, "update", "duty-1", "c-302"),
      ...each(10, "stand_down", "duty-1", "c-302"),
    ]);
  });
});

describe("a reset", () => {
  test("is the gateway's: who is at the scene asks for it, and the alerts say so themselves", async () => {
    await home.says("c-302", "arrived", CODE_302);
    const asked: unknown[] = [];
    home.gateway = (command) => {
      asked.push([command.gateway, command.verb, command.args]);
      void home.clear();
      return { ok: true, detail: JSON.stringify({ cleared: [], still_active: [] }) };
    };
    expect(await home.does("c-302", { do: "resolve", manages: false })).toMatchObject({ ok: true });
    const alert = `${HOME}/smoke-302/smoke-alarm/${FIRE.split(".").at(-1)}`;
    expect(asked).toEqual([["gw1", "reset", { alerts: [alert], by: "user:c-302" }]]);
    expect(await home.state()).toBe("resolved");
    expect(await home.does("c-302", { do: "resolve", manages: false })).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  test("is refused to who is not there, but for a manager", async () => {
    expect(await home.does("head", { do: "resolve", manages: false })).toMatchObject({
      error: { reason: "wrong_state" },
    });
    expect(await home.does("head", { do: "resolve", manages: true })).toMatchObject({
      error: { reason: "gateway_unreachable" },
    });
  });

  test("of a detector that still shows smoke says which, and the incident stays", async () => {
    await home.says("c-302", "arrived", CODE_302);
    home.gateway = () => ({
      ok: true,
      detail: JSON.stringify({ cleared: [], still_active: ["pt-1/smoke-302"] }),
    });
    expect(await home.does("c-302", { do: "resolve", manages: false })).toEqual({
      ok: false,
      error: { reason: "still_active", detail: "pt-1/smoke-302" },
    });
    expect(await home.state()).toBe("arrived");
  });

  test("that the gateway refuses, or answers with what nobody can read, is said", async () => {
    for (const answer of [
      { ok: false, detail: "expired" },
      { ok: true, detail: "{}" },
      { ok: true, detail: "done" },
    ]) {
      home.gateway = () => answer;
      expect(await home.does("head", { do: "resolve", manages: true })).toMatchObject({
        error: { reason: "gateway_refused" },
      });
    }
  });

  test("of a gateway that was removed is the word of who is at the scene: nobody else can say it", async () => {
    const renamed = HOME_FILE.replace("- id: gw1", "- id: gw2");
    await home.says("c-302", "arrived", CODE_302);
    const resets = (manages: boolean, person = "c-302") =>
      home.does(person, { do: "resolve", manages });
    expect(await resets(false)).toMatchObject({ error: { reason: "gateway_unreachable" } });
    await home.rewrite(renamed);
    expect(await resets(true, "head")).toMatchObject({ error: { reason: "gateway_unreachable" } });
    home.gateway = () => ({
      ok: true,
      detail: JSON.stringify({ cleared: [], still_active: ["pt-1/smoke-302"] }),
    });
    expect(await resets(false)).toMatchObject({ error: { reason: "still_active" } });
    home.gateway = () => null;
    expect(await resets(false)).toEqual({ ok: true, value: null });
    expect(await home.state()).toBe("resolved");
    const ended = await home.db.selectFrom("ledger").select("entry").execute();
    expect(
      ended.map(({ entry }) => JSON.parse(entry)).find(({ type }) => type === "alert_cleared"),
    ).toMatchObject({
      actor: "user:c-302",
      data: { reason: "gateway_removed", severity: "critical", drill: false, room: "r302" },
    });
  });

  test("of a silent gateway is done by a person only when the facility file has it no more", async () => {
    const event = `${HOME}.gateway-silent.gw1.1`;
    await home.alarm({ rule: "gateway-silent", device: "gw1", event, onset: 1 });
    const reset = () => home.does("head", { do: "resolve", manages: true }, event);
    expect(await reset()).toMatchObject({ error: { reason: "still_active" } });
    await home.rewrite(HOME_FILE.replace("- id: gw1", "- id: gw2"));
    expect(await reset()).toEqual({ ok: true, value: null });
    expect(await home.state(event)).toBe("resolved");
  });
});

describe("the end", () => {
  test("is given by a person, once, when it is resolved", async () => {
    const close = { do: "close", cause: "false_alarm", text: "steam of the shower" } as const;
    expect(await home.does("head", close)).toMatchObject({ error: { reason: "wrong_state" } });
    await home.clear();
    expect(await home.does("head", close)).toEqual({ ok: true, value: null });
    expect(await home.does("head", close)).toEqual({ ok: true, value: null });
    expect(await home.does("head", { ...close, cause: "real" })).toMatchObject({
      error: { reason: "wrong_state" },
    });
    const row = await home.db.selectFrom("incidents").selectAll().executeTakeFirst();
    expect(row).toMatchObject({ state: "closed", cause: "false_alarm", closed_by: "user:head" });
    const [last] = await home.db
      .selectFrom("ledger")
      .select("entry")
      .orderBy("position", "desc")
      .limit(1)
      .execute();
    expect(JSON.parse(last?.entry ?? "")).toMatchObject({
      actor: "user:head",
      type: "incident_closed",
      data: { incident: FIRE, cause: "false_alarm", text: "steam of the shower" },
    });
  });

  test("makes every later answer too late, and a receipt is taken all the same", async () => {
    await home.clear();
    for (const answer of ["coming", "cannot_come", "arrived"] as const) {
      expect(await home.says("c-302", answer)).toMatchObject(OVER);
    }
    expect(await home.says("duty-1", "here")).toMatchObject(OVER);
    await home.deliver();
    expect(await home.says("c-302", "shown")).toEqual({ ok: true, value: "resolved" });
  });

  test("of one that a new alert opens again is no end", async () => {
    await home.clear();
    await home.does("head", { do: "close", cause: "test", text: undefined });
    await home.alarm({ onset: home.clock.wall() + 1 });
    const row = await home.db.selectFrom("incidents").selectAll().executeTakeFirst();
    expect(row).toMatchObject({ state: "raised", cause: null, closed_by: null });
  });
});

test("a receipt is the call's and the delivery's, once", async () => {
  await home.deliver();
  await home.says("c-302", "shown");
  home.clock.advance(1_000);
  await home.says("c-302", "shown");
  const call = await home.db
    .selectFrom("calls")
    .select(["delivered_at", "called_at"])
    .where("person", "=", "c-302")
    .executeTakeFirstOrThrow();
  expect(call.delivered_at).toBe(call.called_at);
});

test("a note is written once by each who writes it, in whatever state", async () => {
  await home.does("c-302", { do: "note", text: "烟很大" });
  await home.does("c-302", { do: "note", text: "烟很大" });
  await home.does("head", { do: "note", text: "烟很大" });
  await home.clear();
  await home.does("c-302", { do: "note", text: '"quoted" %_\\' });
  await home.does("c-302", { do: "note", text: '"quoted" %_\\' });
  expect(await home.log()).toEqual(["note", "note", "stand_down", "note"]);
});

test("`here` is no answer to who is asked to come, and nobody's token is nothing", async () => {
  const { body } = await home.db
    .selectFrom("deliveries")
    .select("body")
    .where("person", "=", "c-302")
    .executeTakeFirstOrThrow();
  const { token } = (JSON.parse(body) as { answer: { token: string } }).answer;
  const here = { answer: "here", code: undefined, delivery: null } as const;
  expect(await home.actions.answer(token, here)).toMatchObject({
    error: { reason: "wrong_state" },
  });
  for (const wrong of [`${token}0`, "", "a.b", "x.eA"]) {
    expect(await home.actions.answer(wrong, here)).toMatchObject({
      error: { reason: "unknown_token" },
    });
  }
  expect(await home.does("head", { do: "acknowledge" }, "nothing")).toMatchObject({
    error: { reason: "not_found" },
  });
});

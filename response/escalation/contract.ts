/** What people's part needs of every database of response: run over each dialect by its tests (store/contract.ts). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changeCall, latestCall } from "../store/calls.ts";
import { activeAlerts, saidBefore } from "../store/deeds.ts";
import { dueEscalations, lostEscalations, nextDue, postpone } from "../store/escalations.ts";
import { findIncidents, listIncidents } from "../store/reading.ts";
import type { Db } from "../store/schema.ts";
import { HOME } from "../testing/home.ts";
import { CODE_302, each, FIRE, NIGHT, openHome } from "./story.ts";
import type { Home } from "./story.ts";

const EVERYWHERE = { kind: "all", of: "" } as const;

export function describeEscalation(name: string, open: () => Promise<Db>): void {
  describe(`escalation on ${name}`, () => {
    let home: Home;
    beforeEach(async () => {
      home = await openHome({ open });
    });
    afterEach(() => home.close());

    test("a fire goes through its tiers to everybody again, over a restart, and each is called once a round", async () => {
      await home.alarm();
      await home.pass(60);
      await home.restart();
      await home.pass(120);
      const told = await home.told();
      expect(told.slice(0, 7)).toEqual([
        ...each(0, "prompt", "duty-1"),
        ...each(0, "call", "c-302"),
        ...each(8, "call", "c-306"),
        ...each(25, "call", "c-201"),
        ...each(55, "call", "head", "lead"),
        ...each(115, "call", "centre"),
      ]);
      expect(told).toHaveLength(15);
      expect(await home.log()).toEqual(["prompt_unanswered", "unanswered"]);
    });

    test("a fire does not wait behind what is less grave, however long that has been due", async () => {
      await home.loop.close();
      const low = { rule: "device-battery-low", severity: "low" } as const;
      for (const device of ["smoke-1", "smoke-2"]) {
        await home.alarm({ ...low, device, event: `${HOME}.trouble.${device}.${NIGHT}` });
      }
      home.clock.advance(1_000);
      await home.alarm();
      const due = await dueEscalations(home.db, home.clock.wall(), 2);
      expect(due.map(({ incident }) => incident)).toEqual([
        FIRE,
        `${HOME}.trouble.smoke-1.${NIGHT}`,
      ]);
    });

    test("a person is shown by the latest round, the call before the prompt", async () => {
      await home.alarm();
      await home.pass(176);
      await home.says("centre", "coming");
      const [incident] = await findIncidents(home.db, [FIRE], EVERYWHERE);
      expect(incident?.people).toHaveLength(7);
      expect(incident?.people.at(0)).toMatchObject({ person: "c-302", round: 2, purpose: "call" });
      expect(incident?.people.find(({ person }) => person === "duty-1")).toMatchObject({
        round: 2,
        purpose: "call",
      });
      expect(incident?.people.find(({ person }) => person === "centre")).toMatchObject({
        answer: "coming",
        called_at: NIGHT + 175_000,
      });
      expect(await latestCall(home.db, FIRE, "nobody")).toBeUndefined();
    });

    test("who promised and did not arrive is known by it when everybody is called again", async () => {
      await home.alarm();
      await home.pass(10);
      await home.says("c-302", "coming");
      await home.pass(240);
      const [incident] = await findIncidents(home.db, [FIRE], EVERYWHERE);
      expect(incident?.state).toBe("unanswered");
      const find = (id: string) => incident?.people.find(({ person }) => person === id);
      expect(find("c-302")).toMatchObject({
        answer: null,
        promised_at: NIGHT + 10_000,
        missed: true,
      });
      expect(find("head")).toMatchObject({ promised_at: null, missed: false });
    });

    test("answers, arrival, silence, reset and end are kept, each with its entry", async () => {
      await home.alarm();
      await home.deliver();
      await home.says("c-302", "coming");
      await home.does("c-302", { do: "silence" });
      await home.says("c-302", "arrived", CODE_302);
      await home.does("c-302", { do: "note", text: '水壶 "烧干" 50% \\' });
      await home.does("c-302", { do: "note", text: '水壶 "烧干" 50% \\' });
      await home.clear();
      await home.does("head", { do: "close", cause: "cooking_or_steam", text: undefined });
      expect(await home.log()).toEqual(["answered", "silenced", "arrived", "note", "stand_down"]);
      expect(await listIncidents(home.db, { within: [EVERYWHERE], limit: 5, live: true })).toEqual(
        [],
      );
      const [incident] = await listIncidents(home.db, { within: [EVERYWHERE], limit: 5 });
      expect(incident).toMatchObject({
        state: "closed",
        cause: "cooking_or_steam",
        closed_by: "user:head",
        silenced_until_steady: null,
        people: [
          { person: "duty-1", purpose: "prompt", sent_at: NIGHT },
          { person: "c-302", answer: "coming", arrived_at: NIGHT },
        ],
      });
    });

    test("what was said before is found by its exact words", async () => {
      await home.alarm();
      for (const text of ["50%", "a_b", 'say "x"', "\\", "烟"]) {
        await home.does("head", { do: "note", text });
        await home.db.transaction().execute(async (tx) => {
          expect(await saidBefore(tx, FIRE, { type: "note", text })).toBe(1);
          expect(await saidBefore(tx, FIRE, { type: "note", text: `${text}.` })).toBe(0);
          expect(await saidBefore(tx, FIRE, { type: "note", text, actor: "user:c-302" })).toBe(0);
        });
      }
    });

    test("a device in test mode calls nobody until its time, and times are numbers", async () => {
      const until = NIGHT + 300_000;
      const row = { facility: HOME, device: "smoke-302", until, by: "user:u-1", reason: "yearly" };
      await home.db.insertInto("test_modes").values(row).execute();
      await home.alarm({ drill: true });
      await home.pass(60);
      expect(await home.told()).toEqual([]);
      expect(await nextDue(home.db)).toBe(NIGHT + 120_000);
      await home.pass(240);
      expect(await home.told()).toHaveLength(2);
    });

    test("due rows come longest due first, and what has lost its timer is found", async () => {
      await home.alarm();
      await home.alarm({ event: `${HOME}.fire.all.2`, onset: NIGHT + 1 });
      await home.loop.close();
      await postpone(home.db, FIRE, 200);
      await postpone(home.db, `${HOME}.fire.all.2`, 100);
      expect(await dueEscalations(home.db, 200, 10)).toEqual([
        { incident: `${HOME}.fire.all.2`, facility: HOME },
        { incident: FIRE, facility: HOME },
      ]);
      expect(await dueEscalations(home.db, 199, 10)).toHaveLength(1);
      expect(await lostEscalations(home.db, 10)).toEqual([]);
      await home.db.updateTable("escalations").set({ next_steady: null }).execute();
      expect(await lostEscalations(home.db, 10)).toHaveLength(2);
      await home.db.deleteFrom("escalations").execute();
      expect(await lostEscalations(home.db, 1)).toEqual([{ incident: FIRE, facility: HOME }]);
    });

    test("a receipt and a change of a call touch that call alone", async () => {
      await home.alarm();
      await home.deliver();
      await home.says("c-302", "shown");
      const calls = await home.db.selectFrom("calls").selectAll().orderBy("position").execute();
      expect(calls.map(({ person, delivered_at }) => [person, delivered_at])).toEqual([
        ["duty-1", null],
        ["c-302", NIGHT],
      ]);
      await home.db.transaction().execute(async (tx) => {
        await changeCall(tx, calls[0]?.id ?? "", { answer: "here" });
        expect(await activeAlerts(tx, FIRE)).toMatchObject([{ gateway: "gw1", onset: NIGHT }]);
      });
      expect(await latestCall(home.db, FIRE, "duty-1")).toMatchObject({ answer: "here" });
    });

    test("duty checks are planned once, asked, missed, and end with an answer", async () => {
      await home.close();
      home = await openHome({ open, checks: true });
      await home.restart();
      const planned = await home.db.selectFrom("duty_checks").selectAll().execute();
      expect(planned.map(({ state }) => state)).toEqual(["planned", "planned"]);
      while ((await home.told()).length === 0) {
        home.clock.advance(60_000);
        await home.loop.idle();
      }
      home.clock.advance(601_000);
      await home.loop.idle();
      await home.says("duty-1", "here");
      expect((await home.log()).slice(0, 3)).toEqual([
        "duty_check_asked",
        "duty_check_missed",
        "duty_check_answered",
      ]);
      const [incident] = await listIncidents(home.db, { within: [EVERYWHERE], limit: 5 });
      expect(incident).toMatchObject({ state: "resolved", lead: { rule: "duty-room-unattended" } });
    });
  });
}

/** What every database must do for deliveries, commands and test modes: run over each dialect. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@anhu/core/time";
import { EVERYWHERE } from "../access/model.ts";
import type { Queue } from "../channels/queue.ts";
import { received } from "../channels/reached.ts";
import { addCommand, moveCommand, openCommands } from "../store/commands.ts";
import {
  dueDeliveries,
  listDeliveries,
  nextTry,
  requeueSending,
  unshown,
} from "../store/deliveries.ts";
import { saveFacilities } from "../store/facilities.ts";
import type { Db } from "../store/schema.ts";
import { beginTestMode, endTestMode, testModesOf } from "../store/test-modes.ts";
import { ruleBook as rules } from "../incidents/rules.ts";
import { dropOfClosed } from "../store/aged-incidents.ts";
import { insertCalls } from "../store/calls.ts";
import type { AlertIntake } from "../store/intake.ts";
import { recordBurst } from "../store/record.ts";
import { alertIntake, T0 } from "./alerts.ts";
import { until } from "./broker.ts";
import { FACILITY } from "./facility.ts";
import { facilityOf, noticeTo, PEOPLE_FILE, PlayedChannel, stagePeople } from "./people.ts";
import type { PeopleStage } from "./people.ts";

function callTo(incident: string) {
  const to = { incident, facility: "f1", person: "s-01", role: "carer", tier: "nearest" };
  const times = { called_at: T0, called_steady: T0, sent_at: null, delivered_at: null };
  const answers = { answer: null, answered_at: null, arrive_by_steady: null, arrived_at: null };
  const id = `call-${incident}`;
  return { ...to, ...times, ...answers, id, round: 1, purpose: "call", token_hash: id } as const;
}

export function describePeopleStore(name: string, open: () => Promise<Db>): void {
  describe(`deliveries and commands on ${name}`, () => {
    let db: Db;
    let webhook: PlayedChannel;
    let email: PlayedChannel;
    let stage: PeopleStage;
    let queue: Queue | null;

    beforeEach(async () => {
      db = await open();
      webhook = new PlayedChannel("webhook");
      email = new PlayedChannel("email");
      stage = stagePeople(db, { channels: [webhook, email], clock: systemClock() });
      queue = null;
    });
    afterEach(async () => {
      await queue?.close();
      await db.destroy();
    });

    const due = async (steady: number, perPerson = 9) =>
      (await dueDeliveries(db, { steady, perPerson, offset: 0, limit: 9 })).map(
        ({ person, severity }) => `${person} ${severity}`,
      );

    test("the gravest is due first, then the oldest, and of one person only so many", async () => {
      await stage.tell(
        noticeTo("s-02", { severity: "low" }),
        noticeTo("s-03", { severity: "high" }),
        noticeTo("s-02", { severity: "high" }),
        noticeTo("s-02"),
      );
      expect(await due(0)).toEqual(["s-02 critical", "s-03 high", "s-02 high", "s-02 low"]);
      expect(await due(0, 1)).toEqual(["s-02 critical", "s-03 high"]);
      await db.updateTable("deliveries").set({ next_steady: 500 }).execute();
      expect([await due(499), await nextTry(db)]).toEqual([[], 500]);
      expect(await due(500)).toHaveLength(4);
    });

    test("channels follow each other, bursts become one, and a failure is a trouble", async () => {
      webhook.always = { result: "failed", reason: "target_gone", blame: "person" };
      queue = await stage.open();
      const medium = { severity: "medium", purpose: "update" } as const;
      await stage.tell(...Array.from({ length: 6 }, () => noticeTo("s-01", medium)));
      await until(async () => {
        const rows = await stage.rows();
        return rows.some(({ channel, state }) => channel === "email" && state === "sent");
      });
      expect(email.sent).toMatchObject([{ purpose: "summary", told: { items: { length: 6 } } }]);
      const alerts = await db.selectFrom("alerts").selectAll().execute();
      expect(alerts).toMatchObject([{ device: "channel-webhook-s-01", cleared_at: null }]);
    });

    test("what was in flight goes out again, and what is shown stays shown", async () => {
      await stage.tell(noticeTo("s-02"));
      await db.updateTable("deliveries").set({ state: "sending" }).execute();
      expect(await requeueSending(db, T0)).toBe(1);
      await db.updateTable("deliveries").set({ state: "sent", channel: "console" }).execute();
      const [row] = await stage.rows();
      const of = { facility: FACILITY, person: "s-02", since: 0 };
      expect(await unshown(db, of)).toMatchObject([{ id: row?.id }]);
      const receipt = { facility: FACILITY, deliveries: [row?.id ?? ""], call: null };
      const times = { now: T0, nowSteady: 0 };
      const hooks = { callSent: () => Promise.resolve(), recordAlert: () => Promise.resolve() };
      const shown = () =>
        db.transaction().execute(async (tx) => {
          return (await received(tx, { ...receipt, ...times }, hooks)).length;
        });
      expect([await shown(), await shown()]).toEqual([1, 0]);
      expect(await unshown(db, of)).toEqual([]);
    });

    test("are listed within a scope, the newest first", async () => {
      await saveFacilities(db, [facilityOf(PEOPLE_FILE)]);
      await stage.tell(noticeTo("s-02"), noticeTo("s-03"));
      const people = async (scope: Parameters<typeof listDeliveries>[1]["scope"]) =>
        (await listDeliveries(db, { scope, limit: 9 })).map(({ person }) => person);
      expect(await people(EVERYWHERE)).toEqual(["s-03", "s-02"]);
      expect(await people({ kind: "region", of: "3503" })).toEqual(["s-03", "s-02"]);
      expect(await people({ kind: "region", of: "11" })).toEqual([]);
    });

    test("of an incident that was closed long ago calls and messages go, and the same message again opens nothing", async () => {
      const days = 86_400_000;
      const told = { onset: T0 };
      const raised = alertIntake(told);
      const cleared = alertIntake({ ...told, phase: "cleared", at: T0 + 9 });
      const updated = alertIntake({ ...told, phase: "updated", at: T0 + 5 });
      const live = alertIntake({ device: "other", event: "f1.fire.all.other" });
      const record = (now: number, ...intakes: AlertIntake[]) =>
        recordBurst(db, { intakes, rules, now, nowSteady: now });
      await record(T0, raised, updated, cleared, live);
      const rows = await db.selectFrom("incidents").select("id").orderBy("position").execute();
      const [first] = rows;
      for (const { id } of rows) await insertCalls(db, [callTo(id)]);
      const step = (after = 0) => dropOfClosed(db, { before: T0 + 1_000, after });
      expect(await step()).toEqual({ calls: 0, alert_messages: 0, after: 0 });
      await db
        .updateTable("incidents")
        .set({ state: "closed" })
        .where("id", "=", first?.id ?? "")
        .execute();
      expect(await step()).toEqual({ calls: 1, alert_messages: 3, after: 0 });
      expect(await step()).toEqual({ calls: 0, alert_messages: 0, after: 0 });

      const ledger = () => db.selectFrom("ledger").select("entry").execute();
      const before = await ledger();
      const later = T0 + 500 * days;
      expect(await record(later, raised, updated, cleared, live)).toEqual(
        Array(4).fill("duplicate"),
      );
      expect(await ledger()).toEqual(before);
      expect(
        await db.selectFrom("incidents").select("state").orderBy("position").execute(),
      ).toEqual([{ state: "closed" }, { state: "raised" }]);
    });

    test("a command is open until it is answered, and a test mode until it ends", async () => {
      const id = await db.transaction().execute((tx) =>
        addCommand(
          tx,
          {
            facility: "f1",
            gateway: "gw1",
            incident: null,
            verb: "status",
            args: {},
            by: "local",
            expiresAt: T0 + 1,
          },
          T0,
        ),
      );
      expect(await openCommands(db, 9)).toMatchObject([{ id, state: "queued", args: "{}" }]);
      const done = () =>
        moveCommand(db, id, { from: ["queued", "sent"], set: { state: "done", changed_at: T0 } });
      expect([await done(), await done()]).toEqual([true, false]);
      expect(await openCommands(db, 9)).toEqual([]);

      const mode = { facility: "f1", device: "d", until: T0 + 9, by: "local", reason: "test" };
      await db.transaction().execute(async (tx) => {
        await beginTestMode(tx, mode);
        await beginTestMode(tx, { ...mode, until: T0 + 20 });
      });
      expect(await testModesOf(db, "f1", T0 + 10)).toMatchObject([{ until: T0 + 20 }]);
      await db.transaction().execute((tx) => endTestMode(tx, mode));
      expect(await testModesOf(db, "f1", T0)).toEqual([]);
    });
  });
}

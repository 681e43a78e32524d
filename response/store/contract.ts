/** What every database of response must do: run over each dialect by the test beside it. */
import * as fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyLedger } from "@anhu/core/ledger";
import { EVERYWHERE } from "../access/model.ts";
import { describeEscalation } from "../escalation/contract.ts";
import { ruleBook } from "../incidents/rules.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import { dropAcks, dueAcks } from "./acks.ts";
import { loadGateways, recordSilence, saveGateways } from "./gateways.ts";
import type { Intake } from "./intake.ts";
import {
  changesAfter,
  countIncidents,
  deadLetters,
  findIncidents,
  lastPosition,
  ledgerPage,
  listIncidents,
  timelineOf,
} from "./reading.ts";
import { recordBurst, recordWithin } from "./record.ts";
import type { Db } from "./schema.ts";

const NOW = T0 + 1_000;

export function describeStore(name: string, open: () => Promise<Db>): void {
  describeEscalation(name, open);
  describe(`store on ${name}`, () => {
    let db: Db;
    beforeEach(async () => {
      db = await open();
    });
    afterEach(() => db.destroy());

    const record = (...intakes: Intake[]) =>
      recordBurst(db, { intakes, rules: ruleBook, now: NOW, nowSteady: NOW });

    test("an alert is recorded once, and answered each time", async () => {
      const alert = alertIntake({ seq: 1 });
      expect(await record(alert)).toEqual(["recorded"]);
      const due = await dueAcks(db, 10);
      expect(due).toMatchObject([
        { facility: "f1", gateway: "gw1", boot: "b1", seq: 1, code: null },
      ]);
      await dropAcks(
        db,
        due.map(({ id }) => id),
      );
      const resent = alertIntake({ seq: 9, boot: "b2" });
      expect(await record(alert, resent, resent)).toEqual(["duplicate", "duplicate", "duplicate"]);
      expect((await dueAcks(db, 10)).map(({ boot, seq }) => [boot, seq])).toEqual([
        ["b1", 1],
        ["b2", 9],
      ]);
      expect(await listIncidents(db, { limit: 10 })).toHaveLength(1);
      expect(await lastPosition(db)).toBe(2);
    });

    test("a burst is recorded wholly or not at all", async () => {
      const bad = alertIntake({ device: "other" });
      const poisoned = { ...bad, message: { ...bad.message, onset: Number.NaN } };
      await expect(record(alertIntake(), poisoned)).rejects.toThrow(
        /bad_ledger_value|only carry JSON|NOT NULL|NaN/,
      );
      expect(await listIncidents(db, { limit: 10 })).toEqual([]);
      expect(await dueAcks(db, 10)).toEqual([]);
      expect(await lastPosition(db)).toBe(0);
    });

    test("a wall clock that steps back an hour, or to 1970, neither loses nor doubles an incident", async () => {
      for (const now of [NOW, NOW - 3_600_000, 5_000, NOW]) {
        const intakes = [alertIntake(), alertIntake({ onset: T0 + now })];
        await recordBurst(db, { intakes, rules: ruleBook, now, nowSteady: now });
      }
      expect(await listIncidents(db, { limit: 10 })).toHaveLength(4);
      const log = await ledgerPage(db, { facility: "f1", from: 1, limit: 100 });
      expect(verifyLedger(log.map(({ entry }) => entry))).toMatchObject({
        intact: 8,
        finding: null,
      });
    });

    test("an incident is raised, resolved by the scene, and reopened by a new alert of its event", async () => {
      const event = `f1.fire.all.${T0}`;
      await record(alertIntake({ event }), alertIntake({ event, device: "smoke-303" }));
      await record(alertIntake({ phase: "cleared", at: T0 + 9 }));
      expect((await findIncidents(db, [event], EVERYWHERE))[0]).toMatchObject({ state: "raised" });
      await record(alertIntake({ phase: "cleared", at: T0 + 9, device: "smoke-303", event }));
      expect((await findIncidents(db, [event], EVERYWHERE))[0]).toMatchObject({
        state: "resolved",
      });
      await record(alertIntake({ event, onset: T0 + 60_000 }));
      expect((await findIncidents(db, [event], EVERYWHERE))[0]).toMatchObject({
        state: "raised",
        opened_at: T0,
        alert_count: 3,
      });
      expect(await typesOf(event)).toEqual([
        "alert_raised",
        "incident_opened",
        "alert_raised",
        "alert_cleared",
        "alert_cleared",
        "incident_resolved",
        "alert_raised",
        "incident_reopened",
      ]);
      expect(await countIncidents(db)).toEqual(new Map([["raised", 1]]));
    });

    test("events of two gateways of one facility that are near are one incident, and the log says so", async () => {
      await record(alertIntake({ gateway: "gw1" }));
      const other = { gateway: "gw2", device: "heat-101", rule: "heat-alarm", onset: T0 + 1_000 };
      await record(alertIntake(other));
      await record(alertIntake({ ...other, phase: "cleared", at: T0 + 5_000 }));
      const [incident, ...more] = await listIncidents(db, { limit: 10 });
      expect(more).toEqual([]);
      expect(incident).toMatchObject({
        id: `f1.fire.all.${T0}`,
        state: "raised",
        alert_count: 2,
        events: [
          { event: `f1.fire.all.${T0}`, gateway: "gw1", joined: false },
          { event: `f1.fire.all.${T0 + 1_000}`, gateway: "gw2", joined: true },
        ],
      });
      expect(await typesOf(incident?.id ?? "")).toContain("incident_joined");
    });

    test("events are not joined when one gateway, time, facility, group or a drill keeps them apart", async () => {
      await record(
        alertIntake(),
        alertIntake({ onset: T0 + 1 }),
        alertIntake({ gateway: "gw2", onset: T0 + 2, drill: true }),
        alertIntake({ gateway: "gw2", onset: T0 + 3_600_000 }),
        alertIntake({ gateway: "gw2", onset: T0 + 3, rule: "sos" }),
        alertIntake({ facility: "f2", gateway: "gw2", onset: T0 + 4 }),
      );
      expect(await listIncidents(db, { limit: 10 })).toHaveLength(6);
    });

    test("a refused message is kept once, answered each time, and stands in the log", async () => {
      const address = { facility: "f1", gateway: "gw1" };
      const refused: Intake = {
        type: "refused",
        address,
        code: "bad_shape",
        detail: "/id is missing",
        digest: "d1",
        payload: "{}",
        ack: { boot: "b1", seq: 4 },
      };
      expect(await record(refused, refused)).toEqual(["refused", "refused_again"]);
      expect(await deadLetters(db, { limit: 10, scope: EVERYWHERE })).toMatchObject([
        { ...address, code: "bad_shape" },
      ]);
      expect(await dueAcks(db, 10)).toMatchObject([{ seq: 4, code: "bad_shape" }]);
      expect(await lastPosition(db)).toBe(1);
    });

    test("pages of incidents go by arrival, whatever the clocks of the gateways say", async () => {
      for (const onset of [T0, 1_000, T0 + 3_600_000]) await record(alertIntake({ onset }));
      const first = await listIncidents(db, { limit: 2 });
      expect(first.map((incident) => incident.opened_at)).toEqual([T0 + 3_600_000, 1_000]);
      const before = first.at(-1)?.position ?? 0;
      const rest = await listIncidents(db, { limit: 2, before });
      expect(rest.map((incident) => incident.opened_at)).toEqual([T0]);
      const found = await listIncidents(db, { limit: 9, from: 1_000, to: T0, state: "raised" });
      expect(found).toHaveLength(1);
      expect(
        await listIncidents(db, { limit: 9, within: [{ kind: "facility", of: "f2" }] }),
      ).toEqual([]);
      expect(await changesAfter(db, { position: 4, limit: 10, scope: EVERYWHERE })).toMatchObject([
        { position: 5 },
        { position: 6 },
      ]);
    });

    test("the silence of a gateway is its row and its alert in one transaction", async () => {
      const row = {
        facility: "f1",
        gateway: "gw1",
        heard_at: T0,
        status: null,
        silent: 0,
        onset: null,
      } as const;
      await saveGateways(db, [row]);
      const silent = { ...row, silent: 1, onset: T0 } as const;
      const alert = alertIntake({ rule: "gateway-silent", device: "gw1" });
      await recordSilence(db, { row: silent, alert, rules: ruleBook, now: NOW, nowSteady: NOW });
      expect(await loadGateways(db)).toEqual([silent]);
      expect(await listIncidents(db, { limit: 9 })).toMatchObject([
        { lead: { kind: "gateway-silent" } },
      ]);
    });

    test("each facility's log is one unbroken chain", async () => {
      for (const n of [1, 2, 3]) {
        await record(
          alertIntake({ onset: T0 + n }),
          alertIntake({ facility: "f2", onset: T0 + n }),
        );
      }
      for (const facility of ["f1", "f2"]) {
        const page = await ledgerPage(db, { facility, from: 1, limit: 100 });
        const verdict = verifyLedger(page.map(({ entry }) => entry));
        expect(verdict).toMatchObject({ intact: 6, finding: null });
        expect(verdict.head?.leaf).toBe(page.at(-1)?.leaf);
      }
    });

    test("an entry of the log can be neither changed nor removed", async () => {
      const entry = { facility: "f1", seq: 1, incident: null, entry: "{}", leaf: "00" };
      await db.insertInto("ledger").values(entry).execute();
      await expect(db.updateTable("ledger").set({ entry: "" }).execute()).rejects.toThrow(/append/);
      await expect(db.deleteFrom("ledger").execute()).rejects.toThrow(/append/);
      expect(await ledgerPage(db, { facility: "f1", from: 1, limit: 9 })).toMatchObject([
        { seq: 1, entry: "{}", leaf: "00" },
      ]);
    });

    test("any order and any number of repeats of the same messages ends in the same incidents and the same facts", async () => {
      const messages = story();
      const once = await outcomeOf(await open(), messages);
      expect(once.incidents).toHaveLength(3);
      const shuffled = fc.array(fc.constantFrom(...messages), { maxLength: 6 }).chain((repeats) => {
        const all = [...messages, ...repeats];
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      });
      await fc.assert(
        fc.asyncProperty(shuffled, async (arrival) => {
          expect(await outcomeOf(await open(), arrival)).toEqual(once);
        }),
        { numRuns: 60 },
      );
    });

    test("events of two gateways end as one incident in any order; only its id tells which came first", async () => {
      const gw2 = { gateway: "gw2", device: "heat-101", rule: "heat-alarm", onset: T0 + 1_000 };
      const messages = [
        alertIntake(),
        alertIntake({ phase: "cleared", at: T0 + 60_000 }),
        alertIntake(gw2),
        alertIntake({ ...gw2, phase: "cleared", at: T0 + 50_000 }),
      ];
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(messages, { minLength: 4 }), async (arrival) => {
          const { incidents } = await outcomeOf(await open(), arrival);
          const events = [`f1.fire.all.${T0}`, `f1.fire.all.${T0 + 1_000}`];
          expect(incidents).toMatchObject([{ state: "resolved", opened_at: T0, alert_count: 2 }]);
          expect(events).toContain(incidents[0]?.id);
          expect(incidents[0]?.events.map(({ event }) => event).toSorted()).toEqual(events);
        }),
        { numRuns: 24 },
      );
    });

    async function typesOf(incident: string): Promise<string[]> {
      return (await timelineOf(db, incident, 100)).map(({ entry }) => entryOf(entry).type);
    }
  });
}

/** What only a database with several writers at once can get wrong: `openPair` gives two handles on one database. */
export function describeWriters(name: string, openPair: () => Promise<readonly [Db, Db]>): void {
  describe(`two writers on ${name}`, () => {
    let [one, other]: readonly (Db | undefined)[] = [];
    const handles = (): [Db, Db] => {
      if (one === undefined || other === undefined) throw new Error("not open");
      return [one, other];
    };
    beforeEach(async () => {
      [one, other] = await openPair();
    });
    afterEach(async () => {
      await one?.destroy();
      await other?.destroy();
    });

    test("an entry that commits late is not passed over by who reads the stream", async () => {
      const [slow, fast] = handles();
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      const written = Promise.withResolvers<void>();
      const first = slow.transaction().execute(async (tx) => {
        await recordWithin(tx, {
          intakes: [alertIntake()],
          rules: ruleBook,
          now: NOW,
          nowSteady: NOW,
        });
        written.resolve();
        await gate;
      });
      await written.promise;
      const intakes = [alertIntake({ facility: "f2" })];
      const second = recordBurst(fast, { intakes, rules: ruleBook, now: NOW, nowSteady: NOW });
      const secondIsOver = second.then(() => true);
      const waits = await lockIsAwaited(slow, secondIsOver);
      const early = await changesAfter(fast, { position: 0, limit: 10, scope: EVERYWHERE });
      open();
      await Promise.all([first, second]);
      expect({ waits, early }).toEqual({ waits: true, early: [] });
      const stream = await changesAfter(fast, { position: 0, limit: 10, scope: EVERYWHERE });
      expect(stream.map(({ incident }) => incident?.slice(0, 2))).toEqual(["f1", "f1", "f2", "f2"]);
    });

    test("who follows the stream while both write sees every entry once, in order", async () => {
      const [left, right] = handles();
      const writers = [left, right].map(async (db, writer) => {
        for (let n = 0; n < 25; n += 1) {
          const told = { facility: `f${(n + writer) % 3}`, onset: T0 + n * 86_400_000 + writer };
          await recordBurst(db, {
            intakes: [alertIntake(told)],
            rules: ruleBook,
            now: NOW,
            nowSteady: NOW,
          });
        }
        return "written" as const;
      });
      const all = Promise.all(writers);
      const seen: number[] = [];
      for (let over = false; !over;) {
        over = (await Promise.race([all, Promise.resolve("going on")])) !== "going on";
        const more = await changesAfter(left, {
          position: seen.at(-1) ?? 0,
          limit: 1_000,
          scope: EVERYWHERE,
        });
        seen.push(...more.map(({ position }) => position));
      }
      expect(seen).toHaveLength(100);
      expect(
        await changesAfter(left, { position: 0, limit: 1_000, scope: EVERYWHERE }),
      ).toHaveLength(100);
      for (const facility of ["f0", "f1", "f2"]) {
        const page = await ledgerPage(left, { facility, from: 1, limit: 1_000 });
        expect(verifyLedger(page.map(({ entry }) => entry)).finding).toBeNull();
      }
    });
  });
}

/** Whether somebody waits for a lock before `over`. */
async function lockIsAwaited(db: Db, over: Promise<boolean>): Promise<boolean> {
  const waiting = sql<{ n: number }>`select count(*) as n from pg_locks where not granted`;
  for (;;) {
    const { rows } = await waiting.execute(db);
    if (rows[0]?.n !== 0) return true;
    if (await Promise.race([over, Promise.resolve(false)])) return false;
  }
}

/** Plays messages into a fresh database: what stands there at the end that does not tell the order of arrival. */
async function outcomeOf(fresh: Db, intakes: readonly Intake[]) {
  for (const [index, intake] of intakes.entries()) {
    await recordBurst(fresh, {
      intakes: [intake],
      rules: ruleBook,
      now: NOW + index,
      nowSteady: NOW + index,
    });
  }
  const incidents = await listIncidents(fresh, { limit: 100 });
  const log = await ledgerPage(fresh, { facility: "f1", from: 1, limit: 1_000 });
  expect(verifyLedger(log.map(({ entry }) => entry)).finding).toBeNull();
  for (const { id, state } of incidents) {
    const types = (await timelineOf(fresh, id, 100)).map(({ entry }) => entryOf(entry).type);
    expectStatesToAlternate(types, state);
  }
  await fresh.destroy();
  return {
    incidents: incidents
      .map(({ position: _p, received_at: _r, changed_at: _c, ...lasting }) => lasting)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    facts: log
      .map(({ entry }) => entryOf(entry))
      .filter(({ type }) => type.startsWith("alert_"))
      .map(({ type, actor, data }) => JSON.stringify({ type, actor, data }))
      .toSorted(),
  };
}

function entryOf(entry: string): { type: string; actor: string; data: object } {
  return JSON.parse(entry) as { type: string; actor: string; data: object };
}

/** Opened first, then resolved and reopened in turn, and at the end as the incident is. */
function expectStatesToAlternate(types: readonly string[], state: string): void {
  const turns = types.filter((type) => /^incident_(?:opened|resolved|reopened)$/.test(type));
  const said = turns.map((type) => (type === "incident_resolved" ? "resolved" : "raised"));
  expect(turns[0]).toBe("incident_opened");
  expect(said.at(-1)).toBe(state);
  expect(said.some((word, index) => word === said[index + 1])).toBe(false);
}

/** Three incidents of one gateway: one over, one that came again and stands, one with a rise in severity; updates, and a lost `raised`. */
function story(): Intake[] {
  const fire = `f1.fire.all.${T0}`;
  const later = T0 + 86_400_000;
  const smoke = { event: fire };
  const heat = { event: fire, device: "heat-303", rule: "heat-alarm", onset: T0 + 30_000 };
  const again = { event: fire, onset: T0 + 90_000 };
  const next = { onset: later };
  const sos = { rule: "sos", device: "sos-1", event: `f1.sos.p-1.${T0}` };
  return [
    alertIntake(smoke),
    alertIntake({ ...smoke, phase: "updated", at: T0 + 60_000 }),
    alertIntake({ ...smoke, phase: "updated", at: T0 + 120_000 }),
    alertIntake({ ...smoke, phase: "cleared", at: T0 + 130_000 }),
    alertIntake(heat),
    alertIntake({ ...heat, phase: "cleared", at: T0 + 140_000 }),
    alertIntake(again),
    alertIntake(next),
    alertIntake({ ...next, phase: "cleared", at: later + 5 }),
    alertIntake({ ...sos, severity: "medium" }),
    alertIntake({ ...sos, severity: "high", phase: "updated", at: T0 + 10 }),
    alertIntake({ ...sos, severity: "high", phase: "cleared", at: T0 + 20 }),
  ];
}

/** A home at night on a fake clock, for stories: what happens is told, time passes, and everybody who was told is written down. */
import { pino } from "pino";
import { Registry } from "prom-client";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import { FakeClock } from "@anhu/core/time";
import { verifyLedger } from "@anhu/core/ledger";
import { ruleBook as rules } from "../incidents/rules.ts";
import { migrate } from "../store/migrations/index.ts";
import { recordBurst } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { alertIntake } from "../testing/alerts.ts";
import type { Told } from "../testing/alerts.ts";
import type { People } from "./look.ts";
import { openLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import { openEscalationMetrics } from "./metrics.ts";
import { callSent } from "./receipts.ts";
import { openSteady } from "./steady.ts";

/** 2026-11-22 02:10 in Shanghai. */
export const NIGHT = Date.UTC(2026, 10, 21, 18, 10);
export const HOME = "pt-1";

/** Two floors, two carers on each at night, two people in the duty room. */
export const HOME_FILE = `
facility: { id: ${HOME}, name: { zh: 荔城示范养老院, en: Licheng demo home }, kind: nursing-home, region: "350304", timezone: Asia/Shanghai, beds: 40, nursing_beds: 26 }
places:
  - { id: f2, kind: floor, name: { zh: 二层, en: Second floor } }
  - { id: f3, kind: floor, name: { zh: 三层, en: Third floor } }
  - { id: r201, kind: bedroom, in: f2, name: { zh: 201室, en: Room 201 } }
  - { id: r302, kind: bedroom, in: f3, name: { zh: 302室, en: Room 302 } }
  - { id: r306, kind: bedroom, in: f3, name: { zh: 306室, en: Room 306 } }
  - { id: duty, kind: duty-room, in: f3, name: { zh: 值班室, en: Duty room } }
residents: []
staff:
  - { id: c-201, role: carer, floor: f2, rooms: [r201], channels: [{ webhook: "http://127.0.0.1:1/a" }] }
  - { id: c-306, role: carer, floor: f3, rooms: [r306], channels: [{ webhook: "http://127.0.0.1:1/b" }] }
  - { id: c-302, role: carer, floor: f3, rooms: [r302], channels: [{ webhook: "http://127.0.0.1:1/c" }] }
  - { id: day, role: carer, floor: f3, rooms: [r302], channels: [{ webhook: "http://127.0.0.1:1/d" }] }
  - { id: duty-1, role: duty-officer, channels: [{ webhook: "http://127.0.0.1:1/e" }] }
  - { id: head, role: head, channels: [{ webhook: "http://127.0.0.1:1/f" }] }
  - { id: lead, role: fire-lead, channels: [{ webhook: "http://127.0.0.1:1/g" }] }
  - { id: centre, role: rescue-centre, channels: [{ webhook: "http://127.0.0.1:1/h" }] }
rota:
  - { shift: day, from: "08:00", to: "20:00", people: [day], duty_room: [duty-1] }
  - { shift: night, from: "20:00", to: "08:00", people: [c-201, c-306, c-302], duty_room: [duty-1] }
gateways:
  - id: gw1
    lines: [{ id: panel, path: /dev/ttyS1, driver: gb26875, baud: 9600 }]
    mqtt: { sources: [{ driver: native, base: anhu-device }] }
    siren: { topic: anhu-device/siren-1/set }
devices:
  - { id: smoke-302, kind: smoke, room: r302, line: panel, address: "1/1/0x0002000a" }
policies: default
`;

export const FIRE = `${HOME}.fire.all.${NIGHT}`;

export interface Home {
  readonly db: Db;
  readonly clock: FakeClock;
  readonly people: People;
  /** An alert of the home is recorded; its event is FIRE unless told otherwise. */
  alarm(told?: Told): Promise<void>;
  clear(told?: Told): Promise<void>;
  /** Time passes, second by second. */
  pass(seconds: number): Promise<void>;
  /** Who was told what since the last question: "12 c-302 call", seconds since the beginning. */
  told(): Promise<readonly string[]>;
  /** Far ends accept everything that waits. */
  deliver(): Promise<void>;
  state(incident?: string): Promise<string | undefined>;
  /** Types of the log, without those of alerts and calls, since the last question. */
  log(): Promise<readonly string[]>;
  /** The process dies and another starts on the same database. */
  restart(): Promise<void>;
  readonly loop: () => Loop;
  close(): Promise<void>;
}

export function homeOf(text: string): Facility {
  const parsed = parseFacility(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

export async function openHome(file = HOME_FILE, at = NIGHT): Promise<Home> {
  const clock = new FakeClock(at);
  const db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  const facility = homeOf(file);
  const tokens = { tokenOf: (id: string) => `token-${id}` };
  let people = await peopleNow();
  let loop = open();
  let tellFrom = 0;
  let logFrom = 0;

  async function peopleNow(): Promise<People> {
    const steady = await openSteady(db, clock);
    const facilityOf = (id: string) => (id === HOME ? facility : undefined);
    return { facility: facilityOf, rules, tokens, steady, wall: () => clock.wall() };
  }

  function open(): Loop {
    return openLoop({
      ...people,
      db,
      clock,
      log: pino({ level: "silent" }),
      committed: () => {},
      also: () => Promise.resolve(),
      ...openEscalationMetrics(new Registry()),
    });
  }

  async function settled(): Promise<void> {
    loop.wake();
    await loop.idle();
  }

  async function record(told: Told): Promise<void> {
    const intakes = [alertIntake({ facility: HOME, event: FIRE, onset: NIGHT, ...told })];
    const times = { now: clock.wall(), nowSteady: people.steady.now() };
    await recordBurst(db, { intakes, rules, ...times });
    await settled();
  }

  return {
    db,
    clock,
    get people() {
      return people;
    },
    loop: () => loop,
    alarm: (told = {}) => record(told),
    clear: (told = {}) => record({ at: clock.wall(), ...told, phase: "cleared" }),
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        await loop.idle();
      }
    },
    async told() {
      const rows = await db
        .selectFrom("deliveries")
        .select(["position", "person", "purpose", "created_at", "drill"])
        .where("position", ">", tellFrom)
        .orderBy("position")
        .execute();
      tellFrom = rows.at(-1)?.position ?? tellFrom;
      return rows.map(({ person, purpose, created_at, drill }) => {
        const seconds = Math.round((created_at - NIGHT) / 1000);
        return `${seconds} ${person} ${purpose}${drill === 1 ? " (drill)" : ""}`;
      });
    },
    async deliver() {
      const rows = await db
        .selectFrom("deliveries")
        .select(["id", "call"])
        .where("state", "=", "queued")
        .execute();
      for (const { id, call } of rows) {
        const set = { state: "sent", sent_at: clock.wall() } as const;
        await db.updateTable("deliveries").set(set).where("id", "=", id).execute();
        if (call === null) continue;
        await db.transaction().execute((tx) => callSent(tx, { id: call, at: clock.wall() }));
      }
    },
    async state(incident = FIRE) {
      const row = await db
        .selectFrom("incidents")
        .select("state")
        .where("id", "=", incident)
        .executeTakeFirst();
      return row?.state;
    },
    async log() {
      const rows = await db
        .selectFrom("ledger")
        .select(["position", "entry"])
        .orderBy("position")
        .execute();
      const verdict = verifyLedger(rows.map(({ entry }) => entry));
      if (verdict.finding !== null) throw new Error(verdict.finding.detail);
      const types = rows
        .filter(({ position }) => position > logFrom)
        .map(({ entry }) => (JSON.parse(entry) as { type: string }).type);
      logFrom = rows.at(-1)?.position ?? logFrom;
      return types.filter((type) => !/^alert_|^called$|^call_sent$/.test(type));
    },
    async restart() {
      await loop.close();
      people = await peopleNow();
      loop = open();
      await loop.idle();
    },
    async close() {
      await loop.close();
      await db.destroy();
    },
  };
}

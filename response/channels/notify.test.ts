import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import { ruleBook as rules } from "../incidents/rules.ts";
import { migrate } from "../store/migrations/index.ts";
import { recordBurst } from "../store/record.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import { FACILITY, FACILITY_FILE } from "../testing/facility.ts";
import type { Notice } from "./model.ts";
import { notify, notifySirens } from "./notify.ts";

const STAFF = `staff:
  - { id: s-01, role: carer, floor: f3, channels: [ { webhook: "http://127.0.0.1:9101/phone" }, { email: a@example.com }, { webhook: "http://127.0.0.1:9102/x" } ] }
  - { id: s-02, role: nurse, channels: [] }`;

let db: Db;

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "sqlite");
});
afterEach(() => db.destroy());

const facility = facilityOf(FACILITY_FILE.replace("staff: []", STAFF));
const options = { facility, now: T0 };

function facilityOf(text: string): Facility {
  const parsed = parseFacility(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function notice(change: Partial<Notice> = {}): Notice {
  return {
    facility: FACILITY,
    person: "s-01",
    role: "carer",
    purpose: "call",
    incident: null,
    call: null,
    severity: "critical",
    drill: false,
    title: { zh: "烟雾报警", en: "Smoke alarm" },
    text: { zh: "请立即前往302室", en: "Go to room 302 now" },
    answer: { token: "t", answers: ["coming"] },
    ...change,
  };
}

async function told(change: Partial<Notice> = {}) {
  const ids = await db.transaction().execute((tx) => notify(tx, notice(change), options));
  const rows = await db.selectFrom("deliveries").selectAll().orderBy("position").execute();
  return rows.filter(({ id }) => ids.includes(id));
}

async function account(person: string, disabled: 0 | 1 = 0) {
  await db
    .insertInto("users")
    .values({
      id: `u-${person}`,
      login: person,
      name: "x",
      role: "carer",
      scope_kind: "facility",
      scope: FACILITY,
      person,
      password: null,
      language: "zh",
      disabled,
      created_at: T0,
      created_by: "local",
    })
    .execute();
}

async function incident(rule: string, device: string): Promise<string> {
  const event = `${FACILITY}.${rule}.${device}.${T0}`;
  const intakes = [alertIntake({ facility: FACILITY, rule, device, event })];
  await recordBurst(db, { intakes, rules, now: T0, nowSteady: T0 });
  return event;
}

describe("a notice", () => {
  test("that is critical goes to every channel at once, the console too when there is an account", async () => {
    await account("s-01");
    expect((await told()).map(({ channel, state }) => [channel, state])).toEqual([
      ["webhook", "queued"],
      ["email", "queued"],
      ["webhook-2", "queued"],
      ["console", "queued"],
    ]);
  });

  test("that is not critical goes to the first channel, and the others are held", async () => {
    for (const purpose of ["call", "update", "stand_down"] as const) {
      const rows = await told({ severity: "high", purpose });
      expect(rows.map(({ state }) => state)).toEqual(["queued", "held", "held"]);
      expect(new Set(rows.map((row) => row.notice)).size).toBe(1);
    }
  });

  test("that asks whether anybody is there goes to every channel, however grave", async () => {
    for (const purpose of ["prompt", "unanswered", "duty_check", "test_call"] as const) {
      const rows = await told({ severity: "low", purpose });
      expect(rows.map(({ state }) => state)).toEqual(["queued", "queued", "queued"]);
    }
  });

  test("to somebody whom no channel reaches is a failed delivery, not nothing", async () => {
    await account("s-02", 1);
    for (const person of ["s-02", "s-77"]) {
      expect(await told({ person })).toMatchObject([
        { channel: "none", state: "failed", reason: "no_channel", person },
      ]);
    }
  });

  test("tells the incident, its room and floor, and who is coming", async () => {
    const id = await incident("smoke-alarm", "smoke-302");
    await db
      .insertInto("calls")
      .values({
        id: "c1",
        incident: id,
        facility: FACILITY,
        person: "s-02",
        role: "nurse",
        tier: "floor",
        round: 1,
        purpose: "call",
        called_at: T0,
        called_steady: 0,
        sent_at: null,
        delivered_at: null,
        answer: "coming",
        answered_at: T0,
        arrive_by_steady: 120_000,
        arrived_at: null,
        token_hash: "h",
      })
      .execute();
    const [row] = await told({ incident: id });
    expect(JSON.parse(row?.body ?? "")).toEqual({
      title: { zh: "烟雾报警", en: "Smoke alarm" },
      text: { zh: "请立即前往302室", en: "Go to room 302 now" },
      answer: { token: "t", answers: ["coming"] },
      incident: {
        id,
        kind: "fire",
        class: "alarm",
        severity: "critical",
        state: "raised",
        room: "r302",
        room_name: { zh: "302室", en: "Room 302" },
        floor_name: { zh: "三层", en: "Third floor" },
        opened_at: T0,
      },
      coming: [{ person: "s-02", role: "nurse" }],
    });
  });

  test("of a drill says so in front, once", async () => {
    const [row] = await told({ drill: true, title: { zh: "【演练】烟雾", en: "Smoke" } });
    expect(JSON.parse(row?.body ?? "").title).toEqual({ zh: "【演练】烟雾", en: "[DRILL] Smoke" });
  });

  test("about a channel that fails is told by the other channels", async () => {
    const mail = await incident("channel-failed", "channel-email");
    const own = await incident("channel-failed", "channel-webhook-s-01");
    const another = await incident("channel-failed", "channel-webhook-s-02");
    const by = async (id: string) => (await told({ incident: id })).map(({ channel }) => channel);
    expect(await by(mail)).toEqual(["webhook", "webhook-2"]);
    expect(await by(own)).toEqual(["email", "webhook-2"]);
    expect(await by(another)).toEqual(["webhook", "email", "webhook-2"]);
  });
});

test("the sirens of a facility are one delivery per gateway that has one", async () => {
  const id = await incident("smoke-alarm", "smoke-302");
  const text = { zh: "无人应答", en: "Nobody has answered" };
  const siren = { facility: FACILITY, incident: id, drill: false, title: text, text } as const;
  const withSiren = facilityOf(
    FACILITY_FILE.replace(
      "driver: gb26875, baud: 9600 }",
      "driver: gb26875, baud: 9600 }\n    mqtt: { sources: [ { driver: native, base: b } ] }\n    siren: { topic: b/siren-1/set }",
    ),
  );
  await db.transaction().execute(async (tx) => {
    await notifySirens(tx, { ...siren, severity: "critical" }, { facility: withSiren, now: T0 });
    await notifySirens(tx, { ...siren, severity: "critical" }, { facility, now: T0 });
  });
  expect(await db.selectFrom("deliveries").selectAll().execute()).toMatchObject([
    { channel: "siren", person: "gw1", role: "gateway", purpose: "unanswered", state: "queued" },
  ]);
});

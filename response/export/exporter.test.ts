import type { Insertable } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "@anhu/core/line-protocol";
import { FakeClock } from "@anhu/core/time";
import { pino } from "pino";
import { Registry } from "prom-client";
import { ruleBook as rules } from "../incidents/rules.ts";
import { Bell } from "../store/bell.ts";
import { openLogs } from "../store/log.ts";
import { migrate } from "../store/migrations/index.ts";
import { recordBurst } from "../store/record.ts";
import type { DeliveriesTable, Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { alertIntake, T0 } from "../testing/alerts.ts";
import type { Told } from "../testing/alerts.ts";
import { openExporter } from "./exporter.ts";
import type { Exporter } from "./exporter.ts";
import type { PointsStore, WriteAnswer } from "./influx.ts";

const EVENT = `f1.fire.all.${T0}`;
let db: Db;
let clock: FakeClock;
let changes: Bell;
let exporters: Exporter[];

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  clock = new FakeClock(T0 + 1_000);
  changes = new Bell(clock);
  exporters = [];
});
afterEach(async () => {
  await Promise.all(exporters.map((one) => one.close()));
  await db.destroy();
});

/** A store that keeps one point per series and time, as InfluxDB does; `answers` are given first. */
function memoryStore(...answers: (WriteAnswer | "lost")[]) {
  const points = new Map<string, Record<string, unknown>>();
  const writes: number[] = [];
  const store: PointsStore = {
    write(lines) {
      writes.push(lines.length);
      const answer = answers.shift() ?? { answer: "stored" };
      if (answer === "lost" || answer.answer === "stored") for (const line of lines) keep(line);
      if (answer !== "lost") return Promise.resolve(answer);
      return Promise.resolve({ answer: "unavailable", detail: "no answer" });
    },
    close: () => {},
  };
  function keep(text: string): void {
    const { lines } = parse(new TextEncoder().encode(text), { precision: "ns" });
    const line = lines[0];
    if (line === undefined) throw new Error(`no line protocol: ${text}`);
    const tags = Object.fromEntries(line.tags);
    const fields = Object.fromEntries(
      line.fields.map(([key, value]) => [key, Object.values(value)[0]]),
    );
    points.set(`${line.name} ${JSON.stringify(tags)} ${line.time}`, {
      ...points.get(`${line.name} ${JSON.stringify(tags)} ${line.time}`),
      name: line.name,
      ...tags,
      ...fields,
    });
  }
  const of = (name: string) => [...points.values()].filter((point) => point["name"] === name);
  return { store, points, writes, of };
}

function run(store: PointsStore, registry = new Registry()): Exporter {
  const log = pino({ level: "silent" });
  const exporter = openExporter({ db, store, rules, changes, clock, log, registry });
  exporters.push(exporter);
  return exporter;
}

async function until(is: () => boolean | Promise<boolean>, stepMs = 250): Promise<void> {
  for (let n = 0; n < 500; n += 1) {
    if (await is()) return;
    await new Promise((resolve) => setImmediate(resolve));
    if (n % 10 === 9) clock.advance(stepMs);
  }
  throw new Error("waited in vain");
}

async function record(...told: Told[]): Promise<void> {
  const intakes = told.map((one) => alertIntake(one));
  await recordBurst(db, { intakes, rules, now: clock.wall(), nowSteady: clock.wall() });
  changes.ring();
}

/** What the people's side writes to the log. */
async function tell(type: string, incident = EVENT): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const logs = await openLogs(tx, ["f1"], clock.wall());
    logs.append("f1", { actor: "s-01", type, data: { incident } }, incident);
    await logs.flush();
  });
  changes.ring();
}

async function cursor(name: string): Promise<number> {
  const row = await db.selectFrom("exports").selectAll().where("name", "=", name).execute();
  return row[0]?.position ?? 0;
}

const deliveries = { created: 0 };

async function delivery(change: Partial<Insertable<DeliveriesTable>> = {}): Promise<string> {
  const id = `d${(deliveries.created += 1)}`;
  await db
    .insertInto("deliveries")
    .values({
      id,
      notice: id,
      facility: "f1",
      incident: null,
      call: null,
      person: "s-01",
      role: "carer",
      channel: "webhook",
      purpose: "call",
      state: "queued",
      reason: null,
      severity: "critical",
      drill: 0,
      attempts: 0,
      created_at: clock.wall(),
      changed_at: clock.wall(),
      sent_at: null,
      delivered_at: null,
      next_steady: null,
      body: "{}",
      ...change,
    })
    .execute();
  return id;
}

test("an incident's way from the alarm to its cause is one point per change, with the times it took", async () => {
  const { store, of } = memoryStore();
  run(store);
  await record({ event: EVENT });
  clock.advance(4_000);
  await tell("incident_notified");
  clock.advance(16_000);
  await tell("incident_acknowledged");
  clock.advance(40_000);
  await tell("incident_arrived");
  clock.advance(60_000);
  await record({ event: EVENT, phase: "cleared", at: T0 + 9 });
  await tell("incident_closed");
  await until(() => of("incident").length === 6);
  const common = {
    facility: "f1",
    room: "r302",
    kind: "fire",
    class: "alarm",
    severity: "critical",
    incident: EVENT,
    drill: false,
  };
  expect(of("incident")).toEqual(
    [
      { state: "raised", opened: true, open_change: 1 },
      { state: "notified", opened: false, open_change: 0, seconds_to_notify: 4 },
      { state: "acknowledged", opened: false, open_change: 0, seconds_to_acknowledge: 20 },
      { state: "arrived", opened: false, open_change: 0, seconds_to_arrive: 60 },
      { state: "resolved", opened: false, open_change: -1, seconds_to_resolve: 120 },
      { state: "closed", opened: false, open_change: 0 },
    ].map((change) => expect.objectContaining({ ...common, ...change }) as unknown),
  );
});

test("an incident that is opened and over within one millisecond, twice, is four points", async () => {
  const { store, of } = memoryStore();
  run(store);
  await record(
    { phase: "cleared", at: T0 + 1, event: "f1.a" },
    { phase: "cleared", at: T0 + 1, event: "f1.b", onset: T0 + 1, device: "smoke-303" },
  );
  await until(() => of("incident").length === 4);
  const sum = of("incident").reduce((all, point) => all + Number(point["open_change"]), 0);
  expect(sum).toBe(0);
});

test("a graver alert moves an open incident from one series to the other: it is counted once", async () => {
  const { store, of } = memoryStore();
  run(store);
  await record({ event: EVENT, severity: "high" });
  await record({ event: EVENT, device: "smoke-101", severity: "critical" });
  await tell("incident_acknowledged");
  await record({ event: EVENT, phase: "cleared", at: T0 + 9, severity: "high" });
  const other = { device: "smoke-101", severity: "critical", at: T0 + 9 } as const;
  await record({ event: EVENT, phase: "cleared", ...other });
  await until(() => of("incident").length === 5);
  expect(
    of("incident").map(({ severity, state, open_change }) => [severity, state, open_change]),
  ).toEqual([
    ["high", "raised", 1],
    ["high", undefined, -1],
    ["critical", "raised", 1],
    ["critical", "acknowledged", 0],
    ["critical", "resolved", -1],
  ]);
  expect(of("incident").filter(({ opened }) => opened === true)).toHaveLength(1);
});

test("after an end, a new alert opens the incident again and times are counted from there", async () => {
  const { store, of } = memoryStore();
  run(store);
  await record({ event: EVENT }, { event: EVENT, phase: "cleared", at: T0 + 9 });
  clock.advance(60_000);
  await record({ event: EVENT, onset: T0 + 60_000 });
  clock.advance(7_000);
  await tell("incident_acknowledged");
  await until(() => of("incident").length === 4);
  expect(of("incident").at(-1)).toMatchObject({ seconds_to_acknowledge: 7, open_change: 0 });
  expect(of("incident").map((point) => point["open_change"])).toEqual([1, -1, 1, 0]);
});

test("a write whose answer is lost, or a crash before the cursor is saved, stores nothing twice", async () => {
  const memory = memoryStore("lost", "lost");
  const first = run(memory.store);
  await record({ event: EVENT, drill: true });
  await delivery({ state: "failed" });
  await until(() => memory.writes.length >= 2);
  await first.close();
  expect(await cursor("influx-incidents")).toBe(0);
  const after = structuredClone(memory.points);
  run(memory.store);
  await until(async () => (await cursor("influx-deliveries")) > 0);
  expect(memory.points.size).toBe(2);
  expect(memory.points.get([...after.keys()][0] ?? "")).toEqual([...after.values()][0]);
  expect(memory.of("incident")).toMatchObject([{ drill: true }]);
});

test("what is written from the beginning again is the same, however far people have come", async () => {
  const { store, of, points } = memoryStore();
  run(store);
  await record({ event: EVENT });
  await tell("incident_notified");
  await record({ event: EVENT, device: "heat-101", rule: "heat-alarm" });
  await tell("incident_acknowledged");
  await until(() => of("incident").length === 3 && exporters[0]?.trouble() === null);
  const before = structuredClone(points);
  await exporters.pop()?.close();
  await db.deleteFrom("exports").execute();
  const again = memoryStore();
  run(again.store);
  await until(() => again.of("incident").length === 3);
  expect(again.points).toEqual(before);
});

test("a delivery is one point that follows its state, and the cursor waits for the oldest that may change", async () => {
  const { store, of } = memoryStore();
  run(store);
  const waiting = await delivery();
  await delivery({ channel: "console", state: "delivered", delivered_at: clock.wall() + 300 });
  await until(() => of("delivery").length === 2);
  expect(await cursor("influx-deliveries")).toBe(0);
  await db
    .updateTable("deliveries")
    .set({ state: "sent", sent_at: clock.wall() + 1_500, attempts: 1 })
    .where("id", "=", waiting)
    .execute();
  await until(() => of("delivery").some((point) => point["state"] === "sent"));
  const failed = { state: "failed", attempts: 3 } as const;
  await db.updateTable("deliveries").set(failed).where("id", "=", waiting).execute();
  await until(() => of("delivery").some((point) => point["failed"] === true));
  expect(of("delivery")).toHaveLength(2);
  await until(async () => (await cursor("influx-deliveries")) === 2);
});

test("a receipt is waited for, for an hour", async () => {
  const { store } = memoryStore();
  run(store);
  await delivery({ state: "sent", sent_at: clock.wall() });
  clock.advance(3_590_000);
  await until(async () => (await cursor("influx-deliveries")) === 1);
  expect(clock.wall() - T0).toBeGreaterThan(3_600_000);
});

test("a store that is away costs nothing but time: tried again, later and later, and said once", async () => {
  const away: WriteAnswer = { answer: "unavailable", detail: "connection refused" };
  const memory = memoryStore(...Array.from({ length: 8 }, () => away));
  const exporter = run(memory.store);
  await record({ event: EVENT });
  await until(() => memory.writes.length >= 2);
  expect(exporter.trouble()).toBe("connection refused");
  const before = clock.wall();
  await until(() => memory.of("incident").length === 1, 5_000);
  expect(clock.wall() - before).toBeGreaterThan(60_000);
  await until(() => exporter.trouble() === null);
});

test("a line that the store refuses is left out and counted; the others are stored", async () => {
  const refused: WriteAnswer = { answer: "lines", code: "wrong_type", detail: "conflict" };
  const memory = memoryStore(refused, refused);
  const registry = new Registry();
  run(memory.store, registry);
  await record({ event: EVENT });
  await record({ event: "f1.other", onset: T0 + 1, device: "smoke-303" });
  await tell("incident_notified", "f1.other");
  await until(async () => (await cursor("influx-incidents")) >= 5);
  const text = await registry.metrics();
  expect(text).toContain('anhu_export_refused_total{reason="wrong_type"} ');
  expect(memory.of("incident").length).toBeGreaterThan(0);
});

test("no person is in what is written, not even by a pseudonym", async () => {
  const { store, points } = memoryStore();
  run(store);
  await record({ event: EVENT });
  await tell("incident_acknowledged");
  await delivery();
  await until(() => points.size === 3);
  expect(JSON.stringify([...points])).not.toMatch(/s-01|p-7f3a/);
});

/** What each panel of the facility overview must answer, by its English title: from the truth, never from InfluxDB. */
import { expect } from "vitest";
import type { Row } from "./grafana.ts";
import type { HeardFact, Truth } from "./truth.ts";

/** Holds the answers of a panel's targets, in their order, against the truth. */
export type Check = (answers: readonly (readonly Row[])[], truth: Truth) => void;

const CLASSES = ["alarm", "care", "health", "supervisory", "trouble"];
const OVER = ["resolved", "closed"];
const DETECTORS = ["smoke", "heat", "call_point", "co", "gas", "electrical_fire"];

export const EXPECTED: Readonly<Record<string, Check>> = {
  "Open incidents": (answers, truth) => {
    const open = truth.incidents.filter(({ state }) => !OVER.includes(state));
    expect(open.length).toBeGreaterThan(0);
    expect(answers.map((rows) => total(rows, "sum"))).toEqual(
      CLASSES.map((name) => open.filter((one) => one.class === name).length),
    );
  },
  "Unanswered incidents": (answers, truth) => {
    expect(total(answers[0], "count")).toBe(changesOf(truth, ["unanswered"]).length);
  },
  Drills: (answers, truth) => {
    const drills = truth.incidents.filter(({ drill }) => drill === 1).map(({ id }) => id);
    const opened = changesOf(truth, ["opened", "reopened"]);
    expect(total(answers[0], "count")).toBe(
      opened.filter(({ incident }) => drills.includes(incident)).length,
    );
  },
  "New incidents": (answers, truth) => {
    const classOf = new Map(truth.incidents.map((one) => [one.id, one.class]));
    const opened = changesOf(truth, ["opened", "reopened"]);
    expect(opened.length).toBeGreaterThan(2);
    expect(answers.map((rows) => total(rows, "count"))).toEqual(
      CLASSES.map((name) => opened.filter(({ incident }) => classOf.get(incident) === name).length),
    );
  },
  "Detectors that alarmed": (answers, truth) => {
    const said = truth.facts.filter(
      ({ kind, fields }) => DETECTORS.includes(kind) && fields["alarm"] === true,
    );
    expect(said.length).toBeGreaterThan(2);
    expect(counts(answers[0], ["room", "device"], "times")).toEqual(
      tally(said.map(({ room, device }) => `${room} ${device}`)),
    );
  },
  "Incident log": (answers, truth) => {
    const rows = answers[0] ?? [];
    const kindOf = new Map(truth.incidents.map((one) => [one.id, one.kind]));
    const states = truth.changes.map(
      ({ incident, change }) => `${kindOf.get(incident)} ${STATES[change] ?? change}`,
    );
    const told = rows.map(({ kind, state }) => `${String(kind)} ${String(state)}`);
    expect(tally(told)).toEqual(tally(states));
    const last = new Map(truth.changes.map(({ incident, change }) => [incident, change]));
    for (const { id, state } of truth.incidents) {
      const change = last.get(id) ?? "";
      expect([id, STATES[change] ?? change], "the log has every change of state").toEqual([
        id,
        state,
      ]);
    }
    const times = rows.map(({ time }) => Number(time));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  },
  Presence: (answers, truth) => {
    const alone = roomsOfOne(truth.facts.filter(({ kind }) => kind === "occupancy"));
    expectLast(answers[0], { by: "room", column: "last" }, lastOf(alone, "present", "room"));
  },
  "Exit doors": (answers, truth) => {
    const doors = truth.facts.filter(({ kind }) => kind === "door");
    expectLast(answers[0], { by: "device", column: "last" }, lastOf(doors, "open", "device"));
  },
  "Room temperature": (answers, truth) => {
    expectFigures(answers[0], "mean", figures(truth, "heat", "temperature_c", mean));
  },
  "Carbon monoxide and gas": (answers, truth) => {
    expectFigures(answers[0], "max", figures(truth, "co", "co_ppm", largest));
    expectFigures(answers[1], "max", figures(truth, "gas", "gas_lel_pct", largest));
  },
  "Fire water": (answers, truth) => {
    expectFigures(answers[0], "mean", figures(truth, "water", "pressure_kpa", mean));
  },
  Beds: (answers, truth) => expectTwo(answers, lastOf(ofKind(truth, "bed"), "occupied", "device")),
  Wearables: (answers, truth) =>
    expectTwo(answers, lastOf(ofKind(truth, "vitals"), "worn", "device")),
  "Falls and calls for help": (answers, truth) => {
    const falls = ofKind(truth, "fall").filter(({ fields }) => fields["fall"] === true);
    const pressed = ofKind(truth, "sos").filter(({ fields }) => fields["pressed"] === true);
    expect(falls.length).toBeGreaterThan(0);
    expect(pressed.length).toBeGreaterThan(0);
    expect(answers.map((rows) => total(rows, "count"))).toEqual([falls.length, pressed.length]);
  },
  "Heart rate": (answers, truth) =>
    expectExtremes(answers, numbersOf(truth, "vitals", "heart_rate_bpm")),
  "Oxygen saturation": (answers, truth) => {
    const values = numbersOf(truth, "vitals", "spo2_pct");
    expect(only(answers[0], "min")).toBeCloseTo(Math.min(...values), 6);
    expect(only(answers[1], "mean")).toBeCloseTo(mean(values), 6);
  },
  "Skin temperature": (answers, truth) =>
    expectExtremes(answers, numbersOf(truth, "vitals", "skin_temperature_c")),
  "Silent or in trouble now": (answers, truth) => {
    const open = truth.incidents.filter(({ state }) => !OVER.includes(state));
    expect(answers.map((rows) => total(rows, "sum"))).toEqual(
      ["silent", "gateway-silent", "trouble", "supervisory"].map(
        (name) => open.filter(({ kind }) => kind === name).length,
      ),
    );
  },
  "Trouble and supervisory incidents": (answers, truth) => {
    const kinds = new Map(
      truth.incidents
        .filter((one) => one.class === "trouble" || one.class === "supervisory")
        .map((one) => [one.id, `${one.room} ${one.kind}`]),
    );
    const opened = changesOf(truth, ["opened", "reopened"]).flatMap(
      ({ incident }) => kinds.get(incident) ?? [],
    );
    expect(opened.length).toBeGreaterThan(0);
    expect(counts(answers[0], ["room", "kind"], "times")).toEqual(tally(opened));
  },
  Batteries: (answers, truth) => {
    // A Zigbee device tells its battery beside what made it speak: the journal has it of the others.
    const told = lastOf(ofKind(truth, "device"), "battery_pct", "device");
    expectLast(answers[0], { by: "device", column: "last", some: true }, told);
  },
  "Battery and signal": (answers, truth) => {
    const own = ofKind(truth, "device");
    for (const field of ["battery_pct", "rssi_dbm"]) {
      expectLast(
        answers[0],
        { by: "device", column: field, some: true },
        lastOf(own, field, "device"),
      );
    }
  },
  "Last seen": (answers, truth) => {
    const last = new Map<string, number>();
    for (const { device, device_time_ms } of truth.facts) {
      if (device_time_ms === null) continue;
      last.set(device, Math.max(device_time_ms, last.get(device) ?? 0));
    }
    const seen = new Map<string, number>();
    for (const row of answers[0] ?? []) {
      const device = String(row["device"]);
      seen.set(device, Math.max(Number(row["last"]), seen.get(device) ?? 0));
    }
    expect(last.size).toBeGreaterThan(50);
    for (const [device, at] of last) expect([device, seen.get(device)]).toEqual([device, at]);
  },
};

/** A change of the log and the state that it leads to. */
const STATES: Readonly<Record<string, string>> = { opened: "raised", reopened: "raised" };

function changesOf({ changes }: Truth, names: readonly string[]): Truth["changes"] {
  return changes.filter(({ change }) => names.includes(change));
}

function ofKind({ facts }: Truth, kind: string): HeardFact[] {
  return facts.filter((fact) => fact.kind === kind);
}

/** Facts of rooms with one device of the kind: of several, the last word of the room depends on milliseconds. */
function roomsOfOne(facts: readonly HeardFact[]): HeardFact[] {
  const devices = Map.groupBy(facts, ({ room }) => room);
  return facts.filter(
    ({ room }) => new Set(devices.get(room)?.map(({ device }) => device)).size === 1,
  );
}

function lastOf(
  facts: readonly HeardFact[],
  field: string,
  by: "room" | "device",
): Map<string, unknown> {
  const last = new Map<string, unknown>();
  for (const fact of facts.toSorted((a, b) => a.at - b.at)) {
    if (fact.fields[field] !== undefined) last.set(fact[by], fact.fields[field]);
  }
  return last;
}

function numbersOf(truth: Truth, kind: string, field: string): number[] {
  const values = ofKind(truth, kind).flatMap(({ fields }) => {
    const value = fields[field];
    return typeof value === "number" ? [value] : [];
  });
  expect(values.length, `${kind} ${field}`).toBeGreaterThan(0);
  return values;
}

function figures(
  { facts }: Truth,
  kind: string,
  field: string,
  figure: (values: readonly number[]) => number,
): Map<string, number> {
  const told = facts.filter((one) => one.kind === kind && typeof one.fields[field] === "number");
  const rooms = Map.groupBy(told, ({ room }) => room);
  return new Map(
    [...rooms].map(([room, all]) => [room, figure(all.map(({ fields }) => Number(fields[field])))]),
  );
}

function expectFigures(
  rows: readonly Row[] | undefined,
  column: string,
  wanted: ReadonlyMap<string, number>,
): void {
  const found = new Map(rows?.map((row) => [String(row["room"]), Number(row[column])]));
  expect(wanted.size).toBeGreaterThan(0);
  expect([...found.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
  for (const [room, value] of wanted) expect(found.get(room), room).toBeCloseTo(value, 1);
}

function expectLast(
  rows: readonly Row[] | undefined,
  of: { readonly by: string; readonly column: string; readonly some?: boolean },
  wanted: ReadonlyMap<string, unknown>,
): void {
  const found = new Map(rows?.map((row) => [row[of.by], row[of.column]]));
  expect(wanted.size).toBeGreaterThan(0);
  for (const [name, value] of wanted) expect([name, found.get(name)]).toEqual([name, value]);
  if (of.some !== true) {
    const others = [...found.keys()].filter((name) => !wanted.has(String(name)));
    expect(others.length, "rooms or devices that the truth does not compare").toBeLessThan(3);
  }
}

/** Two targets: how many said true last, and how many false. */
function expectTwo(answers: readonly (readonly Row[])[], last: ReadonlyMap<string, unknown>): void {
  const values = [...last.values()];
  expect(values.length).toBeGreaterThan(10);
  expect(answers.map((rows) => total(rows, "count"))).toEqual(
    [true, false].map((is) => values.filter((value) => value === is).length),
  );
}

function expectExtremes(answers: readonly (readonly Row[])[], values: readonly number[]): void {
  expect(only(answers[0], "min")).toBeCloseTo(Math.min(...values), 6);
  expect(only(answers[1], "mean")).toBeCloseTo(mean(values), 6);
  expect(only(answers[2], "max")).toBeCloseTo(largest(values), 6);
}

/** The sum of a column; no row is 0. */
export function total(rows: readonly Row[] | undefined, column: string): number {
  return (rows ?? []).reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
}

export function only(rows: readonly Row[] | undefined, column: string): number {
  const values = (rows ?? []).flatMap((row) => (row[column] === null ? [] : [Number(row[column])]));
  expect(values).toHaveLength(1);
  return values[0] ?? Number.NaN;
}

export function counts(
  rows: readonly Row[] | undefined,
  by: readonly string[],
  column: string,
): Record<string, number> {
  const found: Record<string, number> = {};
  for (const row of rows ?? []) {
    const key = by.map((name) => String(row[name])).join(" ");
    found[key] = (found[key] ?? 0) + Number(row[column]);
  }
  return found;
}

function tally(words: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const word of words) found[word] = (found[word] ?? 0) + 1;
  return found;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function largest(values: readonly number[]): number {
  return Math.max(...values);
}

import type { Fact } from "@anhu/firmware-sim/journal";
import { expect, test } from "vitest";
import { compare } from "./compare.ts";
import type { StoredAlert } from "./compare.ts";

const kinds = new Set(["smoke"]);
const facts = [
  smoke(1, { alarm: false }),
  smoke(2, { alarm: true }),
  smoke(3, { alarm: true }),
  smoke(4, { alarm: false }),
  smoke(5, { alarm: true }),
];
const readings = facts.map(({ kind, device_time_ms }) => ({
  kind,
  device: "smoke-302",
  device_time_ms: device_time_ms ?? 0,
}));
const alerts = [alert("a", 2), alert("b", 5)];

test("stores that hold the truth once are clean, and every alarm is counted once", () => {
  expect(compare({ facts, said: facts, readings, alerts, kinds })).toEqual({
    confirmedReadings: 5,
    alarms: 2,
    lost: [],
    doubled: [],
    invented: [],
    silent: [],
    doubledAlerts: [],
  });
});

test("a dropped alert is seen", () => {
  const { silent } = compare({ facts, said: facts, readings, alerts: alerts.slice(1), kinds });
  expect(silent.map((fact) => fact.device_time_ms)).toEqual([2]);
});

test("one cause with two alerts is seen", () => {
  const { doubledAlerts } = compare({
    facts,
    said: facts,
    readings,
    alerts: [...alerts, alert("c", 5)],
    kinds,
  });
  expect(doubledAlerts).toEqual(["smoke-alarm smoke-302 5"]);
});

test("a lost, a doubled and an invented reading are seen", () => {
  const wrong = [
    ...readings.slice(1),
    ...readings.slice(4),
    { kind: "smoke", device: "smoke-302", device_time_ms: 99 },
  ];
  const seen = compare({ facts, said: facts, readings: wrong, alerts, kinds });
  expect(seen.lost.map((fact) => fact.device_time_ms)).toEqual([1]);
  expect(seen.doubled.map((reading) => reading.device_time_ms)).toEqual([5]);
  expect(seen.invented.map((reading) => reading.device_time_ms)).toEqual([99]);
});

test("what was never confirmed may be missing, and may be there", () => {
  const unsure = [...facts, { ...smoke(6, { alarm: false }), confirmed_at: null }];
  expect(compare({ facts: unsure, said: unsure, readings, alerts, kinds }).lost).toEqual([]);
  const stored = [...readings, { kind: "smoke", device: "smoke-302", device_time_ms: 6 }];
  expect(
    compare({ facts: unsure, said: unsure, readings: stored, alerts, kinds }).invented,
  ).toEqual([]);
});

test("what the journal learnt after the stores were read was said, and is not yet held against them", () => {
  const late = smoke(6, { alarm: false });
  const stored = [...readings, { kind: "smoke", device: "smoke-302", device_time_ms: 6 }];
  const seen = compare({ facts, said: [...facts, late], readings: stored, alerts, kinds });
  expect([seen.invented, seen.lost]).toEqual([[], []]);
  const missing = compare({ facts, said: [...facts, late], readings, alerts, kinds });
  expect(missing.lost).toEqual([]);
});

function smoke(time: number, fields: Fact["fields"]): Fact {
  return {
    id: `f${time}`,
    at: time,
    wire: "panel",
    device: "smoke-302",
    address: "1/1/0x0002000a",
    kind: "smoke",
    fields,
    device_time_ms: time,
    sent_at: time,
    listened: true,
    confirmed_at: time,
  };
}

function alert(id: string, time: number): StoredAlert {
  return {
    id,
    rule: "smoke-alarm",
    incident: `i-${id}`,
    device: "smoke-302",
    evidence: [{ device: "smoke-302", device_time_ms: time }],
  };
}

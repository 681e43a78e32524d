import { expect, test } from "vitest";
import { alertMessage, T0 } from "../testing/alerts.ts";
import type { Told } from "../testing/alerts.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decide.ts";
import type { AlertRecord } from "./model.ts";

const EVENT = `f1.fire.all.${T0}`;

/** Plays messages of one event, as the store does: what each was decided to be. */
function play(...told: Told[]): Decision[] {
  const alerts = new Map<string, AlertRecord>();
  let last: Decision | undefined;
  return told.map((one, index) => {
    const message = alertMessage({ event: EVENT, ...one });
    const others = [...alerts.values()].filter(({ alert }) => alert !== message.id);
    last = decide({
      message,
      facility: "f1",
      gateway: "gw1",
      actor: "gateway:gw1",
      incidentId: EVENT,
      incident: last?.incident ?? null,
      alert: alerts.get(message.id) ?? null,
      othersActive: others.filter(({ cleared_at }) => cleared_at === null).length,
      kind: "fire",
      scope: "fire/all/real",
      now: T0 + 1_000 + index,
    });
    alerts.set(message.id, last.alert);
    return last;
  });
}

const typesOf = (decision: Decision | undefined) => decision?.entries.map(({ type }) => type);

test("a first alert opens an incident that is raised", () => {
  const [opened] = play({});
  expect(opened?.incident).toMatchObject({ id: EVENT, state: "raised", opened_at: T0 });
  expect(typesOf(opened)).toEqual(["alert_raised", "incident_opened"]);
});

test("why an alert was cleared stands in the ledger; who tells of it may not know any more where it was", () => {
  const [, cleared] = play(
    {},
    { phase: "cleared", at: T0 + 5, room: "none", reason: "not_held", drill: true },
  );
  expect(cleared?.entries[0]?.data).toMatchObject({
    reason: "not_held",
    room: "r302",
    drill: false,
    event: EVENT,
  });
  expect(cleared?.alert).toMatchObject({ room: "r302", drill: false, cleared_at: T0 + 5 });
  expect(cleared?.incident).toMatchObject({ state: "resolved", drill: false });
});

test("a clearing that overtakes its alert leaves an incident that is resolved, and the late alert does not raise it again", () => {
  const [cleared, late] = play({ phase: "cleared", at: T0 + 5 }, {});
  expect(cleared?.incident.state).toBe("resolved");
  expect(typesOf(cleared)).toEqual(["alert_cleared", "incident_opened", "incident_resolved"]);
  expect(late?.incident.state).toBe("resolved");
  expect(late?.alert).toMatchObject({ raised_at: T0, cleared_at: T0 + 5 });
  expect(typesOf(late)).toEqual(["alert_raised"]);
});

test("an incident stands until the last of its alerts has cleared", () => {
  const [, , first, second] = play(
    {},
    { device: "smoke-303" },
    { phase: "cleared", at: T0 + 5 },
    { device: "smoke-303", phase: "cleared", at: T0 + 6 },
  );
  expect(first?.incident.state).toBe("raised");
  expect(second?.incident.state).toBe("resolved");
});

test("the gravest and earliest alert names the incident, whatever came first", () => {
  const told = [
    { device: "heat-101", rule: "heat-alarm", onset: T0 + 9, severity: "high" },
    { device: "smoke-302", onset: T0 + 5 },
    { device: "smoke-301", onset: T0 + 2 },
  ] as const;
  for (const order of [told, told.toReversed()]) {
    expect(play(...order).at(-1)?.incident).toMatchObject({
      opened_at: T0 + 2,
      last_onset: T0 + 9,
      lead: { rule: "smoke-alarm", alert: `f1/smoke-301/smoke-alarm/${T0 + 2}` },
    });
  }
});

test("one real alert makes a drill real", () => {
  const [drill, real] = play({ drill: true }, { device: "smoke-303" });
  expect(drill?.incident.drill).toBe(true);
  expect(real?.incident.drill).toBe(false);
});

test("the log carries pseudonyms and no evidence", () => {
  const [opened] = play({});
  expect(Object.keys(opened?.entries[0]?.data ?? {}).toSorted()).toEqual([
    "alert",
    "at",
    "class",
    "clock",
    "device",
    "drill",
    "event",
    "incident",
    "onset",
    "room",
    "rule",
    "severity",
  ]);
});

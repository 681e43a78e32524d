import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FieldValue, Kind } from "../points/index.ts";
import type { Alert } from "../wire/index.ts";
import { RULES } from "../rules/index.ts";
import { detect, resume } from "./index.ts";
import type { DetectionState, Input } from "./index.ts";
import { applyChanges, exampleModel, T0 } from "./story.ts";

const MODEL = exampleModel();
const START = applyChanges(new Map(), resume(MODEL, new Map(), T0).changes);

/** Readings whose meaning is written here by hand, beside the rules: rule, kind, whether it shows an alarm, fields. */
const READINGS: readonly [rule: string, kind: Kind, shows: boolean, Record<string, FieldValue>][] =
  [
    ["smoke-alarm", "smoke", true, { alarm: true, test: true }],
    ["smoke-alarm", "smoke", false, { alarm: false }],
    ["smoke-alarm", "fire_panel", true, { fire: true }],
    ["smoke-alarm", "fire_panel", false, { fire: false }],
    ["gas-alarm", "gas", true, { alarm: true, gas_lel_pct: 20 }],
    ["gas-alarm", "gas", false, { alarm: false }],
    ["fall", "fall", true, { fall: true, stage: "suspected" }],
    ["fall", "fall", true, { fall: true, stage: "confirmed" }],
    ["fall", "fall", false, { fall: true, stage: "cancelled" }],
    ["sos", "sos", true, { pressed: true }],
    ["sos", "sos", false, { pressed: false }],
    ["device-tamper", "device", true, { tamper: true }],
    ["device-tamper", "device", false, { tamper: false }],
  ];

/** The first two are declared smoke, so that the panel's fire bit is theirs. */
const DEVICES = ["smoke-302", "smoke-303"];

interface Act {
  readonly device: string;
  readonly reading: (typeof READINGS)[number];
  readonly later: number;
  readonly what: "read" | "read twice" | "tick" | "restart" | "reset";
}

const act: fc.Arbitrary<Act> = fc.record({
  device: fc.constantFrom(...DEVICES),
  reading: fc.constantFrom(...READINGS),
  later: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 5_000_000 })),
  what: fc.constantFrom("read", "read", "read", "read twice", "tick", "restart", "reset"),
});
const acts = fc.array(act, { maxLength: 60, size: "max" });

test("no sequence of inputs loses an active alarm, ends one early, or uses an id twice", () => {
  fc.assert(
    fc.property(acts, (sequence) => {
      const holds = new Map<string, Set<Kind>>();
      const open = new Map<string, string>();
      const ids = new Set<string>();
      play(sequence, ({ device, reading: [rule, kind, shows], what }, alerts) => {
        const key = `${rule}|${device}`;
        if (what.startsWith("read")) {
          const kinds = holds.get(key) ?? new Set();
          if (shows) kinds.add(kind);
          else kinds.delete(kind);
          holds.set(key, kinds);
        }
        if (what === "reset")
          for (const other of holds.keys())
            if (other.endsWith(device) && isAlarm(other)) holds.delete(other);
        follow(alerts, open, ids);
        const expected = [...holds].flatMap(([name, kinds]) => (kinds.size > 0 ? [name] : []));
        expect([...open.values()].toSorted()).toEqual(expected.toSorted());
      });
    }),
  );
});

test("the state after a restart is the state before it: the same alerts with the same ids and events", () => {
  fc.assert(
    fc.property(acts, (sequence) => {
      const through = play(sequence.filter(({ what }) => what !== "restart"));
      const broken = play(
        sequence
          .filter(({ what }) => what !== "restart")
          .flatMap((one) => [one, { ...one, what: "restart" as const, later: 0 }]),
      );
      expect(byAlarm(broken)).toEqual(byAlarm(through));
    }),
  );
});

test("an input that is repeated after a crash, because it was never committed, gives the same alerts", () => {
  fc.assert(
    fc.property(acts, fc.array(act, { minLength: 1, maxLength: 3 }), (before, [last]) => {
      let state: DetectionState = START;
      play(before, (_act, _alerts, after) => {
        state = after;
      });
      if (last === undefined) return;
      const frozen = JSON.stringify([...state]);
      const input = inputOf(last, T0 + 400_000_000);
      expect(detect(MODEL, state, input)).toEqual(detect(MODEL, state, input));
      expect(JSON.stringify([...state])).toBe(frozen);
    }),
  );
});

test("readings of one moment or out of order, on a clock that goes anywhere, never throw and never leave an alarm unseen", () => {
  const wild = fc.record({
    reading: fc.constantFrom(...READINGS),
    at: fc.integer({ min: T0 - 5_000, max: T0 + 5_000 }),
  });
  fc.assert(
    fc.property(
      fc.array(wild, { maxLength: 30, size: "max" }),
      fc.array(fc.integer({ min: 0, max: 9e12 })),
      (readings, ticks) => {
        let state: DetectionState = START;
        const open = new Map<string, string>();
        const ids = new Set<string>();
        for (const [i, { reading, at }] of readings.entries()) {
          const tick = ticks[i];
          if (tick !== undefined)
            state = applyChanges(state, detect(MODEL, state, { type: "tick", at: tick }).changes);
          const [rule, kind, shows, fields] = reading;
          const before = state;
          const points = [{ kind, device: "smoke-302", room: "r302", fields, at }];
          const { changes, alerts, wakeAt } = detect(MODEL, state, { type: "points", at, points });
          state = applyChanges(state, changes);
          expect(wakeAt).toBeGreaterThan(at);
          follow(
            alerts.filter(({ rule: name }) => name !== "device-silent"),
            open,
            ids,
          );
          const key = `${rule}|smoke-302`;
          const seen =
            !shows || sameReading(before, key, kind, at) || [...open.values()].includes(key);
          expect(seen, key).toBe(true);
        }
      },
    ),
  );
});

/** Folds alerts into the alarms that people believe to hold: id to `rule|device`. */
function follow(alerts: readonly Alert[], open: Map<string, string>, ids: Set<string>): void {
  for (const { id, phase, rule, subject, onset, event } of alerts) {
    if (rule === "device-silent") continue;
    expect(id).toBe(`pt-licheng-0001/${subject.device}/${rule}/${onset}`);
    expect(event).toMatch(/^[a-z0-9.-]{1,128}$/);
    // An alarm is raised once under its id, and updated or cleared only while it is open.
    expect([phase === "raised", ids.has(id), open.has(id)], `${phase} ${id}`).toEqual(
      phase === "raised" ? [true, false, false] : [false, true, true],
    );
    ids.add(id);
    if (phase === "cleared") open.delete(id);
    else open.set(id, `${rule}|${subject.device}`);
  }
}

/** Plays the acts on one clock; `seen` is told what each led to. Returns all alerts. */
function play(
  sequence: readonly Act[],
  seen: (act: Act, alerts: readonly Alert[], after: DetectionState) => void = () => {},
): Alert[] {
  const all: Alert[] = [];
  let state: DetectionState = START;
  let at = T0;
  for (const one of sequence) {
    at += one.later;
    const { changes, alerts } =
      one.what === "restart"
        ? resume(MODEL, new Map(JSON.parse(JSON.stringify([...state])) as [never, never][]), at)
        : detect(MODEL, state, inputOf(one, at));
    state = applyChanges(state, changes);
    all.push(...alerts);
    seen(one, alerts, state);
  }
  return all;
}

function inputOf({ device, reading: [, kind, , fields], what }: Act, at: number): Input {
  if (what === "tick" || what === "restart") return { type: "tick", at };
  if (what === "reset") return { type: "reset", at, devices: [device] };
  const point = { kind, device, room: "r302", fields, at };
  return { type: "points", at, points: what === "read twice" ? [point, point] : [point] };
}

/** A reset at the scene ends these, and no fault. */
function isAlarm(key: string): boolean {
  const found = RULES.find(({ id }) => id === key.split("|", 1)[0]);
  return found?.class === "alarm" || found?.class === "care";
}

function byAlarm(alerts: readonly Alert[]): string[] {
  return alerts
    .filter(({ rule }) => rule !== "device-silent")
    .map((alert) => JSON.stringify(alert));
}

function sameReading(state: DetectionState, key: string, kind: Kind, at: number): boolean {
  const slot = state.get(key);
  return slot?.t === "alarm" && slot.signs[kind]?.at === at;
}

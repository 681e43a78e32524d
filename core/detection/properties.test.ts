import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FieldValue, Kind } from "../points/index.ts";
import type { Alert } from "../wire/index.ts";
import { RULES } from "../rules/index.ts";
import { detect, resume } from "./index.ts";
import type { DetectionState, Input } from "./index.ts";
import { applyChanges, exampleModel, T0 } from "./story.ts";

/** Silence is no part of these stories (stories.test.ts): a person may reset what a silent detector said last. */
const MODEL = { ...exampleModel(), supervised: new Map<string, number>() };
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
  readonly what: (typeof DOINGS)[number];
}

/** `reset`: at the panel; `person`: somebody resets every alert there ever was; `key`: the reset key in the facility. */
const DOINGS = [
  "read",
  "read twice",
  "tick",
  "restart",
  "reset",
  "person",
  "key",
  "test",
  "test over",
] as const;
const TEST_MS = 60_000_000;

const act: fc.Arbitrary<Act> = fc.record({
  device: fc.constantFrom(...DEVICES),
  reading: fc.constantFrom(...READINGS),
  later: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 5_000_000 })),
  what: fc.constantFrom("read", "read", "read", "read", ...DOINGS),
});
const acts = fc.array(act, { maxLength: 60, size: "max" });

test("no sequence of inputs loses an active alarm, ends one early, lets go of a latch without a reset, or uses an id twice", () => {
  fc.assert(
    fc.property(acts, (sequence) => {
      const reference = new Reference();
      const open = new Map<string, string>();
      const ids = new Set<string>();
      play(sequence, (one, alerts, { at }) => {
        reference.play(one, at);
        follow(alerts, open, ids);
        expect([...open.values()].toSorted()).toEqual(reference.open());
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
      let ids: readonly string[] = [];
      play(before, (_act, _alerts, after) => {
        ({ state, ids } = after);
      });
      if (last === undefined) return;
      const frozen = JSON.stringify([...state]);
      const input = inputOf(last, T0 + 400_000_000, ids);
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
          follow(alerts, open, ids);
          const key = `${rule}|smoke-302`;
          const seen =
            !shows || sameReading(before, key, kind, at) || [...open.values()].includes(key);
          expect(seen, key).toBe(true);
        }
      },
    ),
  );
});

interface Held {
  readonly showing: Set<Kind>;
  readonly latched: Set<Kind>;
  drill: boolean;
}

/** What must hold, said once more and without the detector's own words. */
class Reference {
  /** By `rule|device`. */
  readonly #held = new Map<string, Held>();
  readonly #tests = new Map<string, number>();

  open(): string[] {
    return [...this.#held].map(([key, { drill }]) => `${key}${drill ? " drill" : ""}`).toSorted();
  }

  play({ device, reading: [rule, kind, shows], what }: Act, at: number): void {
    const drill = at < (this.#tests.get(device) ?? 0);
    if (what.startsWith("read")) this.#reads(`${rule}|${device}`, { kind, shows, drill });
    if (what === "test") this.#tests.set(device, at + TEST_MS);
    if (what === "test over") this.#tests.set(device, at);
    for (const [key, held] of this.#held) {
      const mine = key.endsWith(device) && isAlarm(key);
      const quiet = held.showing.size === 0;
      if (what === "reset" && mine) this.#held.delete(key);
      if (what === "person" && isAlarm(key) && (!isLatching(key) || quiet)) this.#held.delete(key);
      if (what === "key" && quiet) this.#held.delete(key);
      if (held.drill && at >= (this.#tests.get(key.split("|")[1] ?? "") ?? 0)) held.drill = false;
    }
  }

  #reads(key: string, seen: { kind: Kind; shows: boolean; drill: boolean }): void {
    const { kind, shows, drill } = seen;
    const held = this.#held.get(key) ?? { showing: new Set(), latched: new Set(), drill };
    if (shows) {
      held.latched.delete(kind);
      held.showing.add(kind);
      held.drill &&= drill;
    } else if (held.showing.delete(kind) && isLatching(key) && !held.drill) held.latched.add(kind);
    if (held.showing.size + held.latched.size > 0) this.#held.set(key, held);
    else this.#held.delete(key);
  }
}

/** Folds alerts into the alarms that people believe to hold: id to `rule|device`, and whether it is a drill. */
function follow(alerts: readonly Alert[], open: Map<string, string>, ids: Set<string>): void {
  for (const { id, phase, rule, subject, onset, event, drill, reason } of alerts) {
    expect(id).toBe(`pt-licheng-0001/${subject.device}/${rule}/${onset}`);
    expect(event).toMatch(/^[a-z0-9.-]{1,128}$/);
    // An alarm is raised once under its id, and updated or cleared only while it is open; one that is not held is not open.
    const held = [false, true, reason !== "not_held"];
    expect([phase === "raised", ids.has(id), open.has(id)], `${phase} ${id}`).toEqual(
      phase === "raised" ? [true, false, false] : held,
    );
    if (reason === "not_held") continue;
    ids.add(id);
    const key = `${rule}|${subject.device}${drill ? " drill" : ""}`;
    expect(open.get(id) ?? key).toBe(key);
    if (phase === "cleared") open.delete(id);
    else open.set(id, key);
  }
}

interface After {
  readonly at: number;
  readonly state: DetectionState;
  /** Of every alert so far. */
  readonly ids: readonly string[];
}

/** Plays the acts on one clock; `seen` is told what each led to. Returns all alerts. */
function play(
  sequence: readonly Act[],
  seen: (act: Act, alerts: readonly Alert[], after: After) => void = () => {},
): Alert[] {
  const all: Alert[] = [];
  let state: DetectionState = START;
  let at = T0;
  for (const one of sequence) {
    at += one.later;
    const { changes, alerts } =
      one.what === "restart"
        ? resume(MODEL, new Map(JSON.parse(JSON.stringify([...state])) as [never, never][]), at)
        : detect(MODEL, state, inputOf(one, at, idsOf(all)));
    state = applyChanges(state, changes);
    all.push(...alerts);
    seen(one, alerts, { at, state, ids: idsOf(all) });
  }
  return all;
}

function inputOf(
  { device, reading: [, kind, , fields], what }: Act,
  at: number,
  alerts: readonly string[],
): Input {
  if (what === "tick" || what === "restart") return { type: "tick", at };
  if (what === "reset") return { type: "reset", at, devices: [device] };
  if (what === "person") return { type: "reset_alerts", at, alerts };
  if (what === "key") return { type: "reset_alerts", at, alerts: "latched" };
  if (what === "test") return { type: "test_mode", at, device, until: at + TEST_MS };
  if (what === "test over") return { type: "test_mode", at, device, until: null };
  const point = { kind, device, room: "r302", fields, at };
  return { type: "points", at, points: what === "read twice" ? [point, point] : [point] };
}

/** A reset at the scene ends these, and no fault. */
function isAlarm(key: string): boolean {
  const found = RULES.find(({ id }) => id === key.split("|", 1)[0]);
  return found?.class === "alarm" || found?.class === "care";
}

function isLatching(key: string): boolean {
  return RULES.find(({ id }) => id === key.split("|", 1)[0])?.latch === true;
}

function idsOf(alerts: readonly Alert[]): string[] {
  return [...new Set(alerts.map(({ id }) => id))];
}

function byAlarm(alerts: readonly Alert[]): string[] {
  return alerts.map((alert) => JSON.stringify(alert));
}

function sameReading(state: DetectionState, key: string, kind: Kind, at: number): boolean {
  const slot = state.get(key);
  return slot?.t === "alarm" && slot.signs[kind]?.at === at;
}

import { RULES } from "@anhu/core/rules";
import { FakeClock } from "@anhu/core/time";
import type { Alert } from "@anhu/core/wire";
import { beforeEach, describe, expect, test } from "vitest";
import { alert } from "../outbox/fixtures.ts";
import type { SirenSet } from "./siren.ts";
import { Siren } from "./siren.ts";

let clock: FakeClock;
let said: SirenSet[];

beforeEach(() => {
  clock = new FakeClock(0);
  said = [];
});

function siren(slots: readonly (readonly [string, string])[] = []): Siren {
  return new Siren({ rules: RULES, clock, send: (set) => said.push(set) }, slots);
}

function fire(onset: number, phase: Alert["phase"] = "raised"): Alert {
  return { ...alert(onset), rule: "smoke-alarm", phase };
}

const SOUNDING = { on: true, tone: "fire", drill: false };

test("sounds at the first fire and ends when the last one is cleared", () => {
  const one = siren();
  one.apply([fire(1)]);
  one.apply([fire(2)]);
  one.apply([fire(1, "cleared")]);
  expect(said).toEqual([SOUNDING]);
  one.apply([fire(2, "cleared")]);
  expect(said.at(-1)).toMatchObject({ on: false });
});

test("stays silent for rules that call people without a siren", () => {
  expect(siren().apply([{ ...alert(1), rule: "electrical-fire-alarm" }])).toEqual([]);
  expect(said).toEqual([]);
});

test("sounds again after a restart from its durable slots", () => {
  const slots = siren().apply([fire(1)]);
  const next = siren(slots.map(([key, value]) => [key, value ?? ""] as const));
  said = [];
  next.start();
  expect(said).toEqual([SOUNDING]);
  expect(next.apply([fire(1, "cleared")])).toEqual([[slots[0]?.[0], null]]);
  expect(said.at(-1)).toMatchObject({ on: false });
});

test("is told again every 10 s while it sounds, when it comes on line, and when it contradicts", () => {
  const one = siren();
  one.apply([fire(1)]);
  clock.advance(20_000);
  one.online();
  one.stateIs(true);
  one.stateIs(false);
  one.stateIs(false);
  expect(said).toEqual(Array.from({ length: 5 }, () => SOUNDING));
  one.apply([fire(1, "cleared")]);
  clock.advance(60_000);
  expect(said).toHaveLength(6);
});

test("says that alarms are not reaching anybody, but never instead of a fire", () => {
  const one = siren();
  one.unheard(true);
  expect(said.at(-1)).toEqual({ on: true, tone: "unheard", drill: false });
  one.apply([fire(1)]);
  expect(said.at(-1)).toEqual(SOUNDING);
  one.apply([fire(1, "cleared")]);
  expect(said.at(-1)).toMatchObject({ on: true, tone: "unheard" });
  one.unheard(false);
  expect(said.at(-1)).toMatchObject({ on: false });
});

test("stays silent for an alert of a device in test mode, and sounds for the real one that it becomes", () => {
  const one = siren();
  expect(one.apply([{ ...fire(1), drill: true }])).toEqual([]);
  expect(said).toEqual([]);
  one.apply([fire(2), { ...fire(1, "cleared"), drill: true }]);
  expect(said).toEqual([SOUNDING]);
});

describe("silenced", () => {
  test("it is silent until the time is over, then it sounds again: the alarm goes on", () => {
    const one = siren();
    one.apply([fire(1)]);
    one.silence(60_000);
    one.stateIs(true);
    expect(said.slice(1)).toMatchObject([{ on: false }, { on: false }]);
    clock.stepWall(3_600_000);
    clock.advance(59_999);
    expect(said.at(-1)).toMatchObject({ on: false });
    clock.advance(1);
    expect(said.at(-1)).toEqual(SOUNDING);
  });

  test("a new alert, a worse one, and alerts that reach nobody end it; the same alert told again does not", () => {
    const one = siren();
    const low = { ...fire(1), severity: "high" as const };
    one.apply([low]);
    one.silence(60_000);
    one.apply([{ ...low, phase: "updated" }]);
    expect(one.set.on).toBe(false);
    one.apply([{ ...low, phase: "updated", severity: "critical" }]);
    expect(one.set).toEqual(SOUNDING);
    one.silence(60_000);
    one.apply([fire(2)]);
    expect(one.set).toEqual(SOUNDING);
    one.silence(60_000);
    one.apply([{ ...fire(3), drill: true }, fire(2, "cleared")]);
    expect(one.set.on).toBe(false);
    one.unheard(true);
    expect(one.set).toEqual(SOUNDING);
    clock.advance(60_000);
    expect(one.set).toEqual(SOUNDING);
  });

  test("only what is named is silent: a fire that nobody had heard of when the silence was asked for sounds on", () => {
    const one = siren();
    one.apply([fire(1)]);
    one.apply([fire(2)]);
    one.silence(60_000, [fire(1).id]);
    expect(one.set).toEqual(SOUNDING);
    clock.advance(30_000);
    one.silence(60_000, [fire(2).id]);
    expect(one.set.on).toBe(false);
    clock.advance(29_999);
    expect(one.set.on).toBe(false);
    clock.advance(1);
    expect(one.set).toEqual(SOUNDING);
  });

  test("what also sounds because nobody hears or answers is silent with it", () => {
    const one = siren();
    one.unheard(true);
    one.unanswered(600_000);
    one.apply([fire(1)]);
    one.silence(60_000, [fire(1).id]);
    expect(one.set.on).toBe(false);
    clock.advance(60_000);
    expect(one.set).toEqual(SOUNDING);
  });

  test("a restart sounds again", () => {
    const one = siren();
    const slots = one.apply([fire(1)]);
    one.silence(300_000);
    const next = siren(slots.map(([key, value]) => [key, value ?? ""] as const));
    next.start();
    expect(next.set).toEqual(SOUNDING);
  });

  test("a siren that sounds for what only an earlier run knew is told at once", () => {
    const one = siren();
    one.start();
    one.silence(60_000);
    expect(said).toMatchObject([{ on: false }]);
  });
});

describe("nobody has answered", () => {
  const UNANSWERED = { on: true, tone: "unanswered", drill: false };

  test("sounds for its time, beneath a fire, and above what else there is", () => {
    const one = siren();
    one.unheard(true);
    one.unanswered(30_000);
    expect(one.set).toEqual(UNANSWERED);
    one.apply([fire(1)]);
    expect(one.set).toEqual(SOUNDING);
    clock.advance(30_000);
    one.apply([fire(1, "cleared")]);
    expect(one.set).toMatchObject({ tone: "unheard" });
    one.unheard(false);
    expect(said.at(-1)).toMatchObject({ on: false });
  });

  test("ends with the last alert that it can be about: who reset it at the scene hears silence", () => {
    const one = siren();
    one.apply([fire(1), fire(2)]);
    one.unanswered(60_000);
    one.apply([fire(1, "cleared")]);
    expect(one.set).toEqual(SOUNDING);
    one.apply([fire(2, "cleared")]);
    expect(said.at(-1)).toMatchObject({ on: false });
    one.apply([fire(3)]);
    clock.advance(60_000);
    expect(one.set).toEqual(SOUNDING);
  });

  test("ends when somebody has answered; a fire sounds on, and what is silenced stays silent", () => {
    const one = siren();
    one.unanswered(60_000);
    one.answered();
    expect(said.at(-1)).toMatchObject({ on: false });
    one.apply([fire(1)]);
    one.unanswered(60_000);
    one.answered();
    expect(one.set).toEqual(SOUNDING);
    one.silence(60_000);
    one.answered();
    clock.advance(59_000);
    expect(one.set.on).toBe(false);
  });

  test("ends a silence, also of a fire; said again it lasts longer", () => {
    const one = siren();
    one.apply([fire(1)]);
    one.silence(300_000);
    one.unanswered(30_000);
    expect(one.set).toEqual(SOUNDING);
    one.apply([fire(1, "cleared")]);
    one.unanswered(30_000);
    clock.advance(20_000);
    one.unanswered(30_000);
    clock.advance(20_000);
    expect(one.set).toEqual(UNANSWERED);
    clock.advance(10_000);
    expect(one.set.on).toBe(false);
  });
});

test("one that sounds when the gateway starts sounds on until its device has had time to say the alarm again", () => {
  const one = siren();
  one.start();
  one.online();
  one.stateIs(true);
  clock.advance(59_999);
  expect(said).toEqual([]);
  clock.advance(1);
  expect(said).toMatchObject([{ on: false }]);
});

test("once an alarm was heard, its end is the end of the siren at once, also right after a start", () => {
  const one = siren();
  one.start();
  one.apply([fire(1)]);
  one.apply([fire(1, "cleared")]);
  expect(said).toMatchObject([{ on: true }, { on: false }]);
});

import { RULES } from "@anhu/core/rules";
import { FakeClock } from "@anhu/core/time";
import type { Alert } from "@anhu/core/wire";
import { beforeEach, expect, test } from "vitest";
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

test("a real alarm beside a drill is a real alarm", () => {
  const one = siren();
  one.apply([{ ...fire(1), drill: true }]);
  expect(said.at(-1)).toMatchObject({ drill: true });
  one.apply([fire(2)]);
  expect(said.at(-1)).toMatchObject({ on: true, drill: false });
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

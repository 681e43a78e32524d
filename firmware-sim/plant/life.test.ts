import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import { fieldType } from "@anhu/core/points";
import { ok, refuse } from "@anhu/core/result";
import { FakeClock } from "@anhu/core/time";
import type { Saying } from "../mqtt/index.ts";
import type { Step } from "../scenarios/index.ts";
import { createWorld } from "../world/index.ts";
import type { Plant } from "./index.ts";
import { routinesOf } from "./routines.ts";
import { startStorm } from "./storm.ts";
import { startTelemetry } from "./telemetry.ts";

/** 2026-11-22 10:00 in Shanghai. */
const MORNING = Date.UTC(2026, 10, 22, 2);
const facility = demo();
const world = createWorld(facility, { seed: 1 });

interface Said extends Saying {
  readonly at: number;
  readonly device: string;
}

function bench() {
  const clock = new FakeClock(MORNING);
  const said: Said[] = [];
  const played: Step[] = [];
  const held = new Set<string>();
  const done = ok({ at: 0, facts: [] });
  const plant: Plant = {
    report: (device, saying) => {
      said.push({ at: clock.wall(), device, ...saying });
      return done;
    },
    play: (step) => {
      played.push(step);
      return done;
    },
    hold: () => () => {},
    held: (name) => held.has(name),
    strike: () => refuse("unknown_line", ""),
    siren: () => ({ on: false, tone: "fire", drill: false, at: null }),
    watch: () => () => {},
    status: () => ({ facility: "", lines: {}, connected: 0, connections: 0, unconfirmed: 0 }),
    close: async () => {},
  };
  return { clock, said, played, held, plant };
}

function demo(): Facility {
  const text = readFileSync(new URL("../demo/facility.yaml", import.meta.url), "utf8");
  const parsed = parseFacility(text);
  if (!parsed.ok) throw new Error("the demo facility has mistakes");
  return parsed.value;
}

describe("an ordinary day", () => {
  test("is told in the registry's fields and types", () => {
    for (const { device, kind, say } of routinesOf(facility, world))
      for (const [field, value] of Object.entries(say(MORNING)))
        expect(typeof value, `${device} ${kind}.${field}`).toBe(fieldType(kind, field));
  });

  test("every device but the panel's smoke detectors and call points speaks within its supervision", () => {
    const { clock, said, plant } = bench();
    const stop = startTelemetry({ facility, world, plant, clock, rate: 1, speed: 1 });
    clock.advance(300_000);
    stop();
    const heard = new Set(said.map(({ device }) => device));
    const silent = facility.devices.filter(({ id }) => !heard.has(id));
    expect(new Set(silent.map(({ kind }) => kind))).toEqual(new Set(["smoke", "call_point"]));
    expect(silent.every(({ line }) => line === "panel")).toBe(true);
    const count = said.length;
    clock.advance(60_000);
    expect(said.length).toBe(count);
  });

  test("a change is told at once, an unchanged state now and then", () => {
    const { clock, said: door, plant } = bench();
    const exit = facility.devices.filter(({ id }) => id === "exit-1");
    const only = { ...facility, gateways: [], devices: exit };
    const stop = startTelemetry({ facility: only, world, plant, clock, rate: 1, speed: 1 });
    clock.advance(3_600_000);
    stop();
    const opened = door.filter(({ fields }) => fields["open"] === true);
    expect(opened.length).toBeGreaterThan(0);
    for (const [i, { at, fields }] of door.entries()) {
      const before = door[i - 1];
      if (before === undefined) continue;
      const due = at - before.at >= 299_000;
      expect(due || fields["open"] !== before.fields["open"]).toBe(true);
    }
  });

  test("is told more often at a higher rate, and not at all by who is held", () => {
    const counts = [1, 5].map((rate) => {
      const { clock, said, held, plant } = bench();
      held.add("panel");
      const stop = startTelemetry({ facility, world, plant, clock, rate, speed: 1 });
      clock.advance(20_000);
      stop();
      expect(said.some(({ kind }) => kind === "heat")).toBe(false);
      return said.filter(({ kind }) => kind === "vitals").length;
    });
    expect(counts[0]).toBe(36 * 4);
    expect(counts[1]).toBe(36 * 4 * 5);
  });
});

describe("a storm", () => {
  function storm(seed: number) {
    const { clock, said, played, plant } = bench();
    const stop = startStorm({ facility, plant, clock, seed, perMinute: 60 });
    clock.advance(600_000);
    stop();
    return { said, played };
  }

  test("takes back every alarm that it raised, and is the same for the same seed", () => {
    const { said } = storm(7);
    const last = new Map(said.map((one) => [one.device, one]));
    const lasting = [...last.values()].filter(
      ({ kind, fields }) => kind !== "sos" && (fields["alarm"] ?? fields["fall"]) !== false,
    );
    expect(lasting).toEqual([]);
    expect(said.length).toBeGreaterThan(200);
    expect(storm(7).said).toEqual(said);
    expect(storm(8).said).not.toEqual(said);
  });

  test("turns the reset key after each alarm that no panel resets", () => {
    const { said, played } = storm(7);
    const ends = said.filter(
      ({ device, fields }) => lineOf(device) !== "panel" && fields["alarm"] === false,
    );
    const turned = played.filter(({ do: what }) => what === "publish");
    expect(ends.length).toBeGreaterThan(10);
    expect(turned).toHaveLength(ends.length);
    expect(turned[0]).toMatchObject({ topic: "anhu-device/siren-1/reset" });
  });

  test("resets the panel when none of its fires burns, after three at most", () => {
    const { said, played } = storm(7);
    const fires = said.filter(({ device }) => lineOf(device) === "panel");
    const begun = fires.filter(({ fields }) => fields["alarm"] === true);
    expect(begun.length).toBeGreaterThan(20);
    const resets = played.filter(({ do: what }) => what === "reset");
    expect(resets.length).toBeGreaterThanOrEqual(begun.length / 3);
    expect(fires.length).toBe(2 * begun.length);
  });
});

function lineOf(device: string): string | undefined {
  return facility.devices.find(({ id }) => id === device)?.line;
}

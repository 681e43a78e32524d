import { describe, expect, test } from "vitest";
import { dayOf } from "./day.ts";
import { createWorld } from "./index.ts";

const HOUR = 3_600_000;
/** 2026-11-22 00:00 in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 10, 21, 16);
const name = { zh: "", en: "" };
const facility = {
  places: [
    { id: "f3", kind: "floor", name },
    { id: "r301", kind: "bedroom", in: "f3", name },
    { id: "corridor-3", kind: "corridor", in: "f3", name },
  ],
  residents: Array.from({ length: 20 }, (_, i) => ({
    id: `p-${i}`,
    room: "r301",
    mobility: i === 0 ? "bed" : "stick",
  })),
};
const world = createWorld(facility, { seed: 1 });

describe("a day", () => {
  test("has no gap, ends at midnight, and is the same when asked again", () => {
    for (const person of world.people) {
      const stays = dayOf(1, person, MIDNIGHT);
      expect(stays[0]?.from).toBe(MIDNIGHT);
      expect(stays.at(-1)?.to).toBe(MIDNIGHT + 24 * HOUR);
      for (const [i, stay] of stays.entries()) {
        expect(stay.to).toBeGreaterThan(stay.from);
        expect(stays[i + 1]?.from ?? stay.to).toBe(stay.to);
      }
      expect(dayOf(1, person, MIDNIGHT)).toEqual(stays);
    }
  });

  test("is another one on the next day, for the next person and with another seed", () => {
    const [first, second] = world.people;
    if (first === undefined || second === undefined) throw new Error("nobody lives here");
    const stays = JSON.stringify(dayOf(1, first, MIDNIGHT));
    expect(JSON.stringify(dayOf(1, first, MIDNIGHT + 24 * HOUR))).not.toBe(stays);
    expect(JSON.stringify(dayOf(1, second, MIDNIGHT))).not.toBe(stays);
    expect(JSON.stringify(dayOf(2, first, MIDNIGHT))).not.toBe(stays);
  });
});

describe("the world", () => {
  test("sleeps at three, but somebody goes to the toilet in the night", () => {
    const asleep = world.people.filter(
      (person) => world.person(person.id, MIDNIGHT + 3 * HOUR).activity === "asleep",
    );
    expect(asleep.length).toBeGreaterThan(15);
    const walkers = world.people.filter((person) => person.walks);
    const visits = walkers.filter((person) =>
      dayOf(1, person, MIDNIGHT).some((s) => s.activity === "toilet" && s.to < MIDNIGHT + 6 * HOUR),
    );
    expect(visits.length).toBe(walkers.length);
  });

  test("eats lunch together, but for who stays in bed", () => {
    const noon = MIDNIGHT + 11.6 * HOUR;
    expect(world.presence("dining", noon).count).toBe(19);
    expect(world.person("p-0", noon)).toMatchObject({
      place: "r301",
      activity: "meal",
      inBed: true,
    });
  });

  test("answers for any moment in any order alike", () => {
    const later = world.vitals("p-3", MIDNIGHT + 40 * HOUR);
    world.vitals("p-3", MIDNIGHT);
    expect(world.vitals("p-3", MIDNIGHT + 40 * HOUR)).toEqual(later);
  });

  test("keeps vitals in a healthy range all day", () => {
    for (let t = MIDNIGHT; t < MIDNIGHT + 24 * HOUR; t += HOUR / 4) {
      const vitals = world.vitals("p-5", t);
      expect(vitals.heart_rate_bpm).toBeGreaterThan(45);
      expect(vitals.heart_rate_bpm).toBeLessThan(110);
      expect(vitals.spo2_pct).toBeGreaterThan(92);
      expect(vitals.spo2_pct).toBeLessThanOrEqual(100);
    }
  });

  test("opens doors often by day and seldom at night", () => {
    const day = opened(MIDNIGHT + 7 * HOUR, MIDNIGHT + 19 * HOUR);
    const night = opened(MIDNIGHT + 21 * HOUR, MIDNIGHT + 30 * HOUR);
    expect(day).toBeGreaterThan(3 * night);
    expect(day).toBeGreaterThan(5);
  });
});

/** In how many minutes of a span the exit was found open. */
function opened(from: number, to: number): number {
  let n = 0;
  for (let t = from; t < to; t += 60_000) if (world.doorOpen("exit-1", t)) n++;
  return n;
}

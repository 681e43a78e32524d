import { FakeClock } from "@anhu/core/time";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EdgeClock } from "./edge-clock.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

function start(wall: number, last = 0): { clock: FakeClock; edge: EdgeClock } {
  const clock = new FakeClock(wall);
  return { clock, edge: new EdgeClock({ clock, last, synchronized: () => true }) };
}

describe("with a wall clock that is right", () => {
  test("stamps are the wall clock's time", () => {
    const { clock, edge } = start(NOON);
    expect(edge.stamp()).toBe(NOON);
    clock.advance(250);
    expect(edge.stamp()).toBe(NOON + 250);
    expect(edge.quality()).toEqual({ source: "ntp", offset_ms: 0 });
  });

  test("two stamps of the same millisecond differ when they must, and time does not go back after them", () => {
    const { edge } = start(NOON);
    const first = edge.stamp();
    const second = edge.stamp(first);
    expect([first, second, edge.stamp(), edge.now()]).toEqual([NOON, NOON + 1, NOON + 1, NOON + 1]);
  });

  test("a step forward is followed at once", () => {
    const { clock, edge } = start(NOON);
    clock.stepWall(HOUR);
    expect(edge.now()).toBe(NOON + HOUR);
  });

  test("drift is followed", () => {
    const { clock, edge } = start(NOON);
    clock.advance(60_000);
    clock.stepWall(40);
    expect(edge.now()).toBe(NOON + 60_040);
  });
});

describe("when the wall clock steps back an hour", () => {
  test("no time is used twice and the offset says how far ahead we are", () => {
    const { clock, edge } = start(NOON);
    const before = edge.stamp();
    clock.stepWall(-HOUR);
    expect(edge.stamp(before)).toBeGreaterThan(before);
    expect(edge.quality().offset_ms).toBe(HOUR + 1);
  });

  test("own time runs at half speed until the wall clock has caught up, two hours later", () => {
    const { clock, edge } = start(NOON);
    clock.stepWall(-HOUR);
    edge.now();
    clock.advance(HOUR);
    expect(edge.now()).toBe(NOON + HOUR / 2);
    clock.advance(HOUR);
    expect(edge.now()).toBe(clock.wall());
    clock.advance(1000);
    expect(edge.now()).toBe(clock.wall());
  });

  test("catching up between two looks does not leave own time behind", () => {
    const { clock, edge } = start(NOON);
    clock.stepWall(-1000);
    clock.advance(10 * HOUR);
    expect(edge.now()).toBe(clock.wall());
  });
});

describe("when the machine starts in 1970", () => {
  test("time goes on from the last one on the disk and is marked", () => {
    const { clock, edge } = start(0, NOON);
    expect(edge.stamp()).toBe(NOON + 1);
    clock.advance(5000);
    expect(edge.now()).toBe(NOON + 5001);
    expect(edge.quality().source).toBe("none");
  });

  test("when the right time comes, the jump says by how much earlier stamps were too early", () => {
    const { clock, edge } = start(0, NOON);
    clock.advance(5000);
    edge.stamp();
    clock.stepWall(NOON + HOUR - clock.wall());
    expect(edge.takeShift()).toBe(HOUR - 5002);
    expect(edge.takeShift()).toBeNull();
    expect(edge.now()).toBe(NOON + HOUR);
    expect(edge.quality().source).toBe("ntp");
  });

  test("when the right time is behind ours, nothing is moved", () => {
    const { clock, edge } = start(0, NOON);
    clock.stepWall(NOON - HOUR);
    expect(edge.takeShift()).toBe(0);
    expect(edge.quality().offset_ms).toBe(HOUR + 1);
  });
});

test("a restart begins after the last stamp on the disk, even when the wall clock stepped back meanwhile", () => {
  expect(start(NOON - HOUR, NOON).edge.stamp()).toBe(NOON + 1);
  expect(start(NOON + HOUR, NOON).edge.stamp()).toBe(NOON + HOUR);
});

test("what an earlier run stamped without a clock is put right before this run", () => {
  expect(start(NOON + HOUR, NOON).edge.takeShift()).toBe(HOUR - 1);
  expect(start(NOON - HOUR, NOON).edge.takeShift()).toBe(0);
});

test("whatever the wall clock does, stamps only go up, also over restarts", () => {
  const moves = fc.array(
    fc.record({
      step: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
      dead: fc.boolean(),
      advance: fc.nat(10_000),
      restart: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(moves, (sequence) => {
      const clock = new FakeClock(NOON);
      const make = (last: number) => new EdgeClock({ clock, last, synchronized: () => false });
      let edge = make(0);
      let last = 0;
      for (const move of sequence) {
        clock.stepWall(move.dead ? 0 - clock.wall() : move.step);
        clock.advance(move.advance);
        if (move.restart) edge = make(last);
        for (let n = 0; n < 3; n++) {
          const stamp = edge.stamp(last);
          expect(stamp).toBeGreaterThan(last);
          last = stamp;
        }
      }
    }),
  );
});

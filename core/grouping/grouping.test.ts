import { describe, expect, test } from "vitest";
import type { Group } from "../rules/index.ts";
import { joinEvent, leaveEvent, scopeOf } from "./index.ts";
import type { Joining } from "./index.ts";

const FIRE: Group = { kind: "fire", scope: "facility", window_s: 600 };
const MINUTE = 60_000;

describe("an alarm joins the latest event", () => {
  const first = joinEvent(undefined, alarm("smoke-alarm|a", 0));

  test("while another of its alarms holds and the last one was raised within the window", () => {
    const second = joinEvent(first, alarm("smoke-alarm|b", 9 * MINUTE));
    const third = joinEvent(second, alarm("smoke-alarm|c", 18 * MINUTE));
    expect([second.id, third.id]).toEqual([first.id, first.id]);
    expect(third.active).toEqual(["smoke-alarm|a", "smoke-alarm|b", "smoke-alarm|c"]);
  });

  test("on a clock that was set back by no more than that, too", () => {
    expect(joinEvent(first, alarm("smoke-alarm|b", -9 * MINUTE)).id).toBe(first.id);
  });

  test("however late, when the alarm that explains it still holds", () => {
    const late = { ...alarm("smoke-alarm|b", 90 * MINUTE), cause: "smoke-alarm|a" };
    expect(joinEvent(first, late).id).toBe(first.id);
  });
});

describe("an alarm begins a new event", () => {
  const first = joinEvent(undefined, alarm("smoke-alarm|a", 0));

  test("after the window, even while the first alarm still holds", () => {
    expect(joinEvent(first, alarm("smoke-alarm|b", 11 * MINUTE)).id).toBe("home-1.fire.all.660000");
  });

  test("when everything of the last one is over, with an id that was never used", () => {
    const over = leaveEvent(first, "smoke-alarm|a");
    expect(joinEvent(over, alarm("smoke-alarm|a", MINUTE)).id).toBe("home-1.fire.all.60000");
    expect(joinEvent(over, alarm("smoke-alarm|a", 0)).id).toBe("home-1.fire.all.1");
  });
});

test.each([
  ["facility", "all"],
  ["person", "p-1"],
  ["device", "d-1"],
  ["line", "panel"],
] as const)("the scope %s is named %s", (scope, name) => {
  const subject = { device: "d-1", room: "r1", resident: "p-1", wire: "panel" };
  expect(scopeOf({ ...FIRE, scope }, subject)).toBe(name);
});

test("who wears nothing is found by the room, and what stands in no room by itself; of one name they are still three", () => {
  const group = { ...FIRE, scope: "person" } as const;
  expect(scopeOf(group, { device: "d", room: "r", resident: "a1" })).toBe("a1");
  expect(scopeOf(group, { device: "d", room: "a1" })).toBe("room.a1");
  expect(scopeOf(group, { device: "a1", room: "none" })).toBe("device.a1");
});

function alarm(key: string, at: number): Joining {
  return { facility: "home-1", group: FIRE, scope: "all", alarm: key, at };
}

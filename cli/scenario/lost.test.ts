import { expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { lossOf } from "./lost.ts";

const clock = new FakeClock(0);

function scene() {
  const control = { ended: false };
  const observer = { failing: null as { since: number; times: number } | null };
  return { control, observer, lost: lossOf({ control, observer, clock }) };
}

test("one look that fails, and a service that is started again, are no loss", () => {
  const { observer, lost } = scene();
  expect(lost()).toBeNull();
  observer.failing = { since: clock.monotonic(), times: 1 };
  clock.advance(30_000);
  expect(lost()).toBeNull();
  observer.failing = { since: clock.monotonic(), times: 20 };
  clock.advance(9_000);
  expect(lost()).toBeNull();
});

test("response that has not answered for 10 s is lost", () => {
  const { observer, lost } = scene();
  observer.failing = { since: clock.monotonic(), times: 2 };
  clock.advance(10_000);
  expect(lost()).toBe("response");
});

test("a system that is stopped is known at the second look that fails without a simulator", () => {
  const { control, observer, lost } = scene();
  control.ended = true;
  expect(lost()).toBeNull();
  observer.failing = { since: clock.monotonic(), times: 1 };
  expect(lost()).toBeNull();
  observer.failing = { since: clock.monotonic(), times: 2 };
  expect(lost()).toBe("system");
});

test("a simulator that ended alone is named alone", () => {
  const { control, lost } = scene();
  control.ended = true;
  expect(lost()).toBeNull();
  clock.advance(2_000);
  expect(lost()).toBe("simulator");
});

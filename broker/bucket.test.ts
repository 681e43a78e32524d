import { FakeClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import { Bucket } from "./bucket.ts";

test("a burst passes at once, what comes after it waits its turn", () => {
  const bucket = new Bucket(new FakeClock(0), { perSecond: 10, burst: 3 });
  expect([1, 2, 3, 4, 5].map(() => bucket.take())).toEqual([0, 0, 0, 100, 200]);
});

test("silence earns tokens back, never more than the burst", () => {
  const clock = new FakeClock(0);
  const bucket = new Bucket(clock, { perSecond: 10, burst: 2 });
  bucket.take();
  bucket.take();
  clock.advance(100);
  expect(bucket.take()).toBe(0);
  clock.advance(60_000);
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 100]);
});

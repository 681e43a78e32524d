import { expect, test } from "vitest";
import { FakeClock, LATE, Throttle, within } from "./index.ts";

test("a throttle lets each key through once in its time, and says how many it held back", () => {
  const clock = new FakeClock(0);
  const throttle = new Throttle(clock, 1000);
  expect([1, 2, 3].map(() => throttle.pass("a"))).toEqual([0, null, null]);
  expect(throttle.pass("__proto__")).toBe(0);
  clock.advance(1000);
  expect([throttle.pass("a"), throttle.pass("a")]).toEqual([2, null]);
});

test("what takes too long is late; what does not keeps its value or its failure", async () => {
  const clock = new FakeClock(0);
  expect(await within(clock, 1000, Promise.resolve(7))).toBe(7);
  await expect(within(clock, 1000, Promise.reject(new Error("disk")))).rejects.toThrow("disk");
  const late = within(clock, 1000, new Promise(() => {}));
  clock.advance(1000);
  expect(await late).toBe(LATE);
});

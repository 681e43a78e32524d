import { expect, test } from "vitest";
import { gapped } from "./gaps.ts";

const every = 10;

test("a device that was away leaves a gap", () => {
  const readings = [0, 10, 20, 30, 200, 210].map((at) => ({ at, value: at }));
  const { times, numbers } = gapped(readings, every);
  expect(times).toEqual([0, 10, 20, 30, 40, 200, 210]);
  expect(numbers).toEqual([0, 10, 20, 30, null, 200, 210]);
});

test("a slow device that always speaks so has none", () => {
  const readings = [0, 600, 1_200, 1_800].map((at) => ({ at, value: 1 }));
  expect(gapped(readings, every).numbers).not.toContain(null);
});

test("states are steps of 0 and 1; words are not drawn", () => {
  expect(
    gapped(
      [
        { at: 0, value: true },
        { at: 10, value: false },
      ],
      every,
    ),
  ).toEqual({
    times: [0, 10],
    numbers: [1, 0],
    stepped: true,
  });
  expect(gapped([{ at: 0, value: "suspected" }], every).times).toEqual([]);
});

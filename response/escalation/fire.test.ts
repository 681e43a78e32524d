import { afterEach, beforeEach, expect, test } from "vitest";
import { openHome } from "./story.ts";
import type { Home } from "./story.ts";

let home: Home;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

test("a fire that nobody answers: duty room and the nearest at once, floor, shift, head, centre, and then everybody every minute", async () => {
  await home.alarm();
  await home.pass(300);
  const everybody = (seconds: number) =>
    ["c-302", "c-306", "c-201", "head", "lead", "centre", "duty-1"].map(
      (person) => `${seconds} ${person} unanswered`,
    );
  expect(await home.told()).toEqual([
    "0 duty-1 prompt",
    "0 c-302 call",
    "8 c-306 call",
    "25 c-201 call",
    "55 head call",
    "55 lead call",
    "115 centre call",
    ...everybody(175),
    "175 gw1 unanswered",
    ...everybody(235),
    "235 gw1 unanswered",
    ...everybody(295),
    "295 gw1 unanswered",
  ]);
  expect(await home.state()).toBe("unanswered");
});

/** Promises that end without an arrival: whoever is next hears of it at once, in every phase and by every policy. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOME } from "../testing/home.ts";
import { each, NIGHT, openHome } from "./story.ts";
import type { Home } from "./story.ts";

const PANEL = {
  rule: "device-silent",
  device: "panel-1",
  severity: "high",
  event: `${HOME}.trouble.panel-1.${NIGHT}`,
} as const;
const BATTERY = { ...PANEL, rule: "device-battery-low", severity: "low" } as const;

let home: Home;
beforeEach(async () => {
  home = await openHome();
});
afterEach(() => home.close());

describe("nobody had answered, then somebody was coming and did not arrive", () => {
  /** Grave trouble: said every 900 s, and who is coming has 600 s. */
  beforeEach(async () => {
    await home.alarm(PANEL);
    for (const seconds of [300, 600, 900, 10]) await skip(seconds);
    await home.told();
    await home.log();
    await home.says("c-306", "coming");
  });

  test("everybody is called again when the promise ends, not when the next call was due anyway", async () => {
    await home.pass(599);
    expect(await home.told()).toEqual([]);
    await home.pass(1);
    expect(await home.told()).toEqual(
      each(2_410, "unanswered", "duty-1", "lead", "c-302", "c-306", "c-201", "head"),
    );
    expect(await home.state(PANEL.event)).toBe("unanswered");
    expect(await home.log()).toEqual(["answered", "arrival_missed", "unanswered"]);
    await skip(899);
    expect(await home.told()).toEqual([]);
    await home.pass(1);
    expect(await home.told()).toHaveLength(6);
  });

  test("nor is it forgotten by a process that was down when the promise ended", async () => {
    await home.loop.close();
    home.clock.advance(601_000);
    await home.restart();
    expect(await home.told()).toHaveLength(6);
    expect(await home.log()).toEqual(["answered", "arrival_missed", "unanswered"]);
  });

  test("nobody is called while another is still on the way", async () => {
    await home.pass(300);
    await home.says("head", "coming");
    await home.pass(599);
    expect(await home.told()).toEqual([]);
    await home.pass(1);
    expect(await home.told()).toHaveLength(6);
  });

  test("a promise that is taken back is as good as a missed one", async () => {
    await home.pass(100);
    await home.says("c-306", "cannot_come");
    expect(await home.told()).toHaveLength(6);
    await home.says("c-306", "cannot_come");
    expect(await home.told()).toEqual([]);
  });
});

test("a promise that ends while no tier is due begins the next one", async () => {
  await home.alarm(BATTERY);
  expect(await home.told()).toEqual([]);
  await skip(17_400);
  expect(await home.told()).toEqual(each(17_400, "call", "duty-1"));
  await home.says("duty-1", "coming");
  await skip(14_400);
  expect(await home.told()).toEqual(each(31_800, "call", "head"));
  expect(await home.log()).toEqual(["deferred", "answered", "arrival_missed"]);
});

async function skip(seconds: number): Promise<void> {
  home.clock.advance(seconds * 1_000);
  await home.loop.idle();
}

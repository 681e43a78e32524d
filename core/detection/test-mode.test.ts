import { describe, expect, test } from "vitest";
import { Story } from "./story.ts";

const RAISED = "raised smoke-alarm smoke-302";
const CLEARED = "cleared smoke-alarm smoke-302";

/** `phase rule device drill|real` since the last call, of all but the lines that nobody feeds here. */
function news(night: Story): string[] {
  const drills = night.told.map(({ drill }) => (drill ? "drill" : "real"));
  const lines = night.news().map((line, i) => `${line} ${drills[i] ?? ""}`);
  return lines.filter((line) => !/device-silent (panel|radar-302|gas-kitchen)/.test(line));
}

describe("a smoke detector in test mode", () => {
  test("its alerts are drills of an event of their own, and end with the smoke, without a reset", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    expect(day.told[0]?.event).toMatch(/^pt-licheng-0001\.fire\.drill\.all\.\d+$/);
    day.reads("smoke-302", "smoke", { alarm: false });
    expect(news(day)).toEqual([`${RAISED} drill`, `${CLEARED} drill`]);
  });

  test("a fire elsewhere meanwhile is real, and no part of the drill's event", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    day.reads("smoke-303", "smoke", { alarm: true });
    expect(day.told.map(({ drill }) => drill)).toEqual([true, false]);
    expect(day.told[0]?.event).not.toBe(day.told[1]?.event);
  });

  test("ends by itself, and what burns is then a real alarm that latches", () => {
    const day = new Story();
    day.tests("smoke-302", 200);
    day.reads("smoke-302", "smoke", { alarm: true });
    const started = day.now;
    news(day);
    day.wait(200);
    const real = day.told.find(({ rule, drill }) => rule === "smoke-alarm" && !drill);
    expect(real?.at).toBeLessThanOrEqual(started + 200_000);
    expect(news(day)).toEqual([`${RAISED} real`, `${CLEARED} drill`]);
    day.reads("smoke-302", "smoke", { alarm: false });
    expect(news(day)).toEqual([]);
  });

  test("ends when a person says so, and nothing is raised when nothing stands", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    day.reads("smoke-302", "smoke", { alarm: false });
    day.tests("smoke-302", null);
    news(day);
    day.reads("smoke-302", "smoke", { alarm: true });
    expect(news(day)).toEqual([`${RAISED} real`]);
  });

  test("survives a restart, and ends while the gateway is off: what stands is raised at the start", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.jump(60);
    day.start();
    day.reads("smoke-302", "smoke", { alarm: true });
    expect(news(day)).toEqual([`${RAISED} drill`]);
    day.jump(3_600);
    day.start();
    expect(news(day)).toEqual([`${RAISED} real`, `${CLEARED} drill`]);
  });

  test("a reading after the end is real, though nothing has noticed the end yet", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    day.jump(601);
    day.reads("smoke-302", "smoke", { alarm: true });
    expect(news(day)).toEqual([`${RAISED} drill`, `${RAISED} real`, `${CLEARED} drill`]);
  });

  test("an alarm from before the test stays real, and is not ended by it", () => {
    const day = new Story();
    day.reads("smoke-302", "smoke", { alarm: true });
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: false });
    day.tests("smoke-302", null);
    expect(news(day)).toEqual([`${RAISED} real`]);
  });

  test("is longer when it is asked for again, and the first end means nothing then", () => {
    const day = new Story();
    day.tests("smoke-302", 60);
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    day.wait(120);
    expect(news(day)).toEqual([`${RAISED} drill`]);
  });

  test("is unplugged: a drill, and a real trouble when the test ends and it is still silent", () => {
    const day = new Story();
    day.tests("pendant-7f3a", 400);
    for (let n = 0; n < 39; n++) {
      day.wait(10);
      for (const device of day.model.devices.keys())
        if (device !== "pendant-7f3a") day.input({ type: "heard", at: day.now, devices: [device] });
    }
    expect(news(day)).toEqual(["raised device-silent pendant-7f3a drill"]);
    day.tests("pendant-7f3a", null);
    expect(news(day)).toEqual([
      "raised device-silent pendant-7f3a real",
      "cleared device-silent pendant-7f3a drill",
    ]);
  });

  test("an address that the facility file does not know cannot be tested", () => {
    const day = new Story();
    day.tests("somewhere", 600);
    day.reads("somewhere", "gas", { alarm: true });
    expect(news(day)).toEqual(["raised gas-alarm somewhere real"]);
  });
});

describe("the panel sums up what its detectors show", () => {
  function says(day: Story, part: string, fire: boolean): void {
    day.now += 1;
    const point = { kind: "fire_panel", device: "panel", room: "none", fields: { fire } } as const;
    day.input({ type: "points", at: day.now, points: [{ ...point, at: day.now, part }] });
  }

  test("a sum that a tested detector explains is a drill; with the test it becomes real", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    says(day, "1/1", true);
    says(day, "uitd", true);
    expect(news(day)).toEqual([`${RAISED} drill`, "raised panel-fire panel drill"]);
    day.tests("smoke-302", null);
    expect(news(day)).toEqual([
      `${RAISED} real`,
      `${CLEARED} drill`,
      "raised panel-fire panel real",
      "cleared panel-fire panel drill",
    ]);
  });

  test("a sum of another system, of an undeclared component, or without a detector that shows it is real", () => {
    for (const [part, shows] of [
      ["11/1", true],
      ["undeclared/1/1", true],
      ["1/1", false],
    ] as const) {
      const day = new Story();
      day.tests("smoke-302", 600);
      day.reads("smoke-302", "smoke", { alarm: shows });
      day.news();
      says(day, part, true);
      expect(news(day)).toEqual(["raised panel-fire panel real"]);
    }
  });

  test("a drill of the panel becomes real with a system that no test explains", () => {
    const day = new Story();
    day.tests("smoke-302", 600);
    day.reads("smoke-302", "smoke", { alarm: true });
    says(day, "1/1", true);
    day.news();
    says(day, "11/1", true);
    expect(news(day)).toEqual(["raised panel-fire panel real", "cleared panel-fire panel drill"]);
  });
});

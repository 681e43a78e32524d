import { describe, expect, test } from "vitest";
import { exampleModel, Story } from "./story.ts";

describe("a device is taken out of the facility file", () => {
  test("its troubles end, its fire does not", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    night.reads("smoke-302", "device", { battery_low: true });
    night.news();
    night.start(exampleModel((file) => ({ ...file, devices: file.devices.slice(1) })));
    expect(night.news()).toEqual(["cleared device-battery-low smoke-302"]);
    night.wait(4 * 3600);
    expect(night.news().filter((line) => line.endsWith("smoke-302"))).toEqual([]);
  });

  test("a person ends its fire: nothing will ever say that it is over", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    const [fire] = night.told;
    night.start(exampleModel((file) => ({ ...file, devices: file.devices.slice(1) })));
    night.news();
    night.resets(fire);
    expect(night.news()).toEqual(["cleared smoke-alarm smoke-302"]);
  });
});

describe("a detector burns with the room", () => {
  function burnt(night: Story): void {
    night.reads("gas-kitchen", "gas", { alarm: true });
    night.wait(1);
  }

  test("while it is only quiet, its last word holds", () => {
    const night = new Story();
    burnt(night);
    night.resets(night.told[0]);
    expect(night.news()).toEqual(["raised gas-alarm gas-kitchen"]);
  });

  test.each(["silent", "off line"])(
    "once it is known to be %s, a person ends it by name",
    (end) => {
      const night = new Story();
      burnt(night);
      const [fire] = night.told;
      if (end === "silent") night.wait(700);
      else night.reads("gas-kitchen", "device", { online: false });
      night.news();
      night.input({ type: "reset_alerts", at: night.now + 1, alerts: "latched" });
      expect(night.news()).toEqual([]);
      night.resets(fire);
      expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
      night.reads("gas-kitchen", "gas", { alarm: true });
      expect(night.news()).toContain("raised gas-alarm gas-kitchen");
    },
  );

  test("so it is for a detector whose panel is silent", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    const [fire] = night.told;
    night.wait(200);
    expect(night.news()).toContain("raised device-silent panel");
    night.resets(fire);
    expect(night.news()).toEqual(["cleared smoke-alarm smoke-302"]);
  });
});

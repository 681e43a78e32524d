import { describe, expect, test } from "vitest";
import { Story } from "./story.ts";

describe("what a panel says beside fire", () => {
  test("is kept apart: trouble of the panel, trouble of a detector, a shielded detector", () => {
    const night = new Story();
    night.reads("panel", "fire_panel", { fault: true, mains_fault: true, fire: false });
    night.reads("smoke-302", "fire_panel", { fault: true, shielded: true });
    night.reads("smoke-302", "device", { fault: true });
    expect(night.told.map(({ rule, class: signal }) => [rule, signal])).toEqual([
      ["panel-fault", "trouble"],
      ["panel-mains-fault", "trouble"],
      ["panel-shielded", "supervisory"],
      ["device-fault", "trouble"],
    ]);
  });
});

describe("a panel with several systems", () => {
  function panel(night: Story) {
    const says = (part: string, fire: boolean): void => {
      night.now += 1;
      const point = {
        kind: "fire_panel",
        device: "panel",
        room: "none",
        fields: { fire },
      } as const;
      night.input({ type: "points", at: night.now, points: [{ ...point, at: night.now, part }] });
    };
    const isReset = (...names: string[]): void =>
      night.input({
        type: "reset",
        at: night.now + 1,
        devices: [],
        parts: { device: "panel", names },
      });
    return { says, isReset };
  }

  test("what one of them says, or its reset, does not end what another has shown", () => {
    const night = new Story();
    const { says, isReset } = panel(night);
    says("1/1", true);
    says("uitd", false);
    says("11/1", true);
    says("11/1", false);
    isReset("11/1", "uitd");
    expect(night.news()).toEqual(["raised panel-fire panel"]);
    isReset("1/1", "uitd");
    says("1/1", false);
    expect(night.news()).toEqual(["cleared panel-fire panel"]);
  });

  test("what a system has shown and taken back latches until that system is reset", () => {
    const night = new Story();
    const { says, isReset } = panel(night);
    says("1/1", true);
    says("11/1", true);
    says("11/1", false);
    isReset("1/1");
    says("1/1", false);
    expect(night.news()).toEqual(["raised panel-fire panel"]);
    isReset("11/1");
    expect(night.news()).toEqual(["cleared panel-fire panel"]);
  });
});

describe("a panel's messages out of order", () => {
  const said = (device_time_ms: number, alarm: boolean) => ({ alarm, device_time_ms });

  test("a fire that began after the reset and arrived before it stays", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", said(1_000, true));
    night.reads("smoke-302", "smoke", said(9_000, true));
    night.input({ type: "reset", at: night.now + 1, devices: ["smoke-302"], said: 5_000 });
    expect(night.news()).toEqual(["raised smoke-alarm smoke-302"]);
    night.reads("smoke-302", "smoke", said(10_000, true));
    night.reads("smoke-302", "smoke", said(11_000, false));
    expect(night.news()).toEqual([]);
  });

  test("when the panel then says that it is well, the reset has ended it", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", said(9_000, true));
    night.input({ type: "reset", at: night.now + 1, devices: ["smoke-302"], said: 8_000 });
    night.reads("smoke-302", "smoke", said(10_000, false));
    expect(night.news()).toEqual(["raised smoke-alarm smoke-302", "cleared smoke-alarm smoke-302"]);
  });

  test("a time that is ahead by more than a day is a wrong clock: the reset counts", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", said(1e12, true));
    night.input({ type: "reset", at: night.now + 1, devices: ["smoke-302"], said: 8_000 });
    expect(night.news()).toEqual(["raised smoke-alarm smoke-302", "cleared smoke-alarm smoke-302"]);
  });
});

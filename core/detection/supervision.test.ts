import { describe, expect, test } from "vitest";
import { exampleModel, Story, T0 } from "./story.ts";

describe("a silent device", () => {
  test("never heard since the gateway first started, 300 s later: trouble; heard again: over", () => {
    const night = new Story();
    keepAllButPendant(night, 340);
    expect(night.news()).toEqual(["raised device-silent pendant-7f3a"]);
    expect(night.now - T0).toBeGreaterThanOrEqual(300_000);
    night.reads("pendant-7f3a", "vitals", { heart_rate_bpm: 70 });
    expect(night.news()).toEqual(["cleared device-silent pendant-7f3a"]);
  });

  test("is never found too early, nor more than a tenth of its interval (10 s at most) and a wake-up too late", () => {
    const night = new Story();
    keepAllButPendant(night, 299);
    night.reads("pendant-7f3a", "vitals", { heart_rate_bpm: 70 });
    const heard = night.now;
    keepAllButPendant(night, 320);
    const [alert] = night.told;
    expect((alert?.at ?? 0) - heard).toBeGreaterThanOrEqual(300_000);
    expect((alert?.at ?? 0) - heard).toBeLessThanOrEqual(320_000);
  });

  test("is not alive because the broker says that it is offline, which is trouble at once", () => {
    const night = new Story();
    night.reads("pendant-7f3a", "device", { online: false });
    expect(night.news()).toEqual(["raised device-offline pendant-7f3a"]);
    keepAllButPendant(night, 320);
    expect(night.news()).toEqual(["raised device-silent pendant-7f3a"]);
    night.reads("pendant-7f3a", "device", { online: true });
    expect(night.news()).toEqual([
      "cleared device-offline pendant-7f3a",
      "cleared device-silent pendant-7f3a",
    ]);
  });

  test("the whole panel line dies: its detectors join its event when their hours are over", () => {
    const night = new Story();
    for (let minute = 0; minute < 70; minute++) {
      for (const device of ["radar-302", "pendant-7f3a", "gas-kitchen", "sos-302"]) {
        night.reads(device, "device", { battery_pct: 80 });
      }
      night.wait(30);
      night.reads("radar-302", "occupancy", { present: true });
      night.wait(30);
    }
    expect(night.told.map(({ subject, event }) => [subject.device, event])).toEqual(
      ["panel", "smoke-302", "smoke-303"].map((device) => [device, night.told[0]?.event]),
    );
    expect(night.told[0]?.event).toContain(".silent.panel.");
  });

  test("a keep-alive keeps the line alive, and so does any device behind it", () => {
    const night = new Story();
    for (let i = 0; i < 6; i++) {
      night.wait(50);
      if (i % 2 === 0) night.input({ type: "heard", at: night.now, devices: ["panel"] });
      else night.reads("smoke-302", "smoke", { alarm: false });
    }
    expect(night.news().filter((line) => line.endsWith("panel"))).toEqual([]);
  });

  test("a component without an interval of its own is left to its panel", () => {
    const night = new Story(
      exampleModel((file) => ({
        ...file,
        devices: file.devices.map(({ id, kind, address, ...device }) => ({
          id,
          kind,
          address,
          ...(device.line === undefined ? { source: "native" } : { line: device.line }),
        })),
      })),
    );
    night.wait(30 * 3600);
    const silent = night.news();
    expect(silent).toContain("raised device-silent panel");
    expect(silent).toContain("raised device-silent gas-kitchen");
    expect(silent).not.toContain("raised device-silent smoke-302");
  });
});

describe("the gateway was off, or its clock was wrong", () => {
  test("off for a night: nobody is raised at the start, and who is really gone is found one interval later", () => {
    const night = new Story();
    keepAllButPendant(night, 60);
    night.jump(8 * 3600);
    night.start();
    night.wait(20);
    expect(night.news()).toEqual([]);
    keepAllButPendant(night, 330);
    expect(night.news()).toEqual(["raised device-silent pendant-7f3a"]);
  });

  test("off for a second, again and again: silence is found as if it had run", () => {
    const night = new Story();
    for (let i = 0; i < 40; i++) {
      keepAllButPendant(night, 8);
      night.jump(1);
      night.start();
    }
    expect(night.news()).toEqual(["raised device-silent pendant-7f3a"]);
  });

  test("a clock that jumps from 1970 raises nobody", () => {
    const night = new Story();
    night.now = 20_000;
    night.start();
    keepAllButPendant(night, 60);
    night.now = T0 + 86_400_000;
    keepAllButPendant(night, 60);
    expect(night.news()).toEqual([]);
  });

  test("a clock that steps back an hour raises nobody, ends no silence, and finds the next one in time", () => {
    const night = new Story();
    keepAllButPendant(night, 340);
    expect(night.news()).toEqual(["raised device-silent pendant-7f3a"]);
    night.jump(-3600);
    night.input({ type: "tick", at: night.now });
    expect(night.news()).toEqual([]);
    night.wait(120);
    expect(night.news()).toContain("raised device-silent radar-302");
  });
});

/** Time passes while every other device goes on speaking. */
function keepAllButPendant(night: Story, seconds: number): void {
  const end = night.now + seconds * 1000;
  for (;;) {
    for (const device of night.model.devices.keys()) {
      if (device !== "pendant-7f3a")
        night.input({ type: "heard", at: night.now, devices: [device] });
    }
    if (night.now >= end) return;
    night.wait(Math.min(20, (end - night.now) / 1000));
  }
}

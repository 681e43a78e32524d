import { describe, expect, test } from "vitest";
import { exampleModel, Story, T0 } from "./story.ts";

describe("a fire in room 302", () => {
  test("22:00 smoke is reported with the panel's test bit: one alarm, not hidden, no drill", () => {
    const night = new Story();
    const point = night.reads("smoke-302", "smoke", { alarm: true, test: true });
    night.reads("smoke-302", "fire_panel", { fire: true, normal: false });
    expect(night.told).toEqual([
      {
        id: `pt-licheng-0001/smoke-302/smoke-alarm/${T0 + 1}`,
        event: `pt-licheng-0001.fire.all.${T0 + 1}`,
        rule: "smoke-alarm",
        phase: "raised",
        class: "alarm",
        severity: "critical",
        subject: { device: "smoke-302", room: "r302" },
        at: T0 + 1,
        onset: T0 + 1,
        drill: false,
        evidence: [point],
      },
    ]);
  });

  test("22:00 smoke, 22:03 the next detector and a call point: three alarms, one event", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    night.wait(180);
    night.reads("smoke-303", "smoke", { alarm: true });
    night.reads("panel", "fire_panel", { fire: true });
    const fire = night.told.filter((alert) => alert.class === "alarm");
    expect(fire.map((alert) => alert.rule)).toEqual(["smoke-alarm", "smoke-alarm", "panel-fire"]);
    expect(new Set(fire.map((alert) => alert.event)).size).toBe(1);
  });

  test("22:00 smoke that nobody resets, 22:30 smoke elsewhere: a new event, so that people are called again", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    night.wait(1800);
    night.reads("smoke-303", "smoke", { alarm: true });
    const events = night.told.filter(({ phase }) => phase === "raised").map(({ event }) => event);
    expect(events.filter((event) => event.includes(".fire."))).toHaveLength(2);
    expect(new Set(events.filter((event) => event.includes(".fire."))).size).toBe(2);
  });

  test("22:05 the smoke is gone: the alarm latches, until a person resets it; the next fire is another event", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    const [alarm] = night.told;
    night.news();
    night.wait(300);
    night.reads("smoke-302", "smoke", { alarm: false });
    night.wait(3_600);
    night.reads("smoke-302", "smoke", { alarm: false });
    expect(night.news().filter((line) => line.includes("alarm"))).toEqual([]);
    night.resets(alarm);
    expect(night.told).toMatchObject([{ id: alarm?.id, event: alarm?.event, phase: "cleared" }]);
    night.news();
    night.reads("smoke-302", "smoke", { alarm: true });
    expect(night.told).toMatchObject([{ phase: "raised" }]);
    expect(night.told[0]?.event).not.toBe(alarm?.event);
  });

  test("a person resets while a reading still shows it: it stays, and the next reset after every one is over ends it", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    night.reads("smoke-302", "fire_panel", { fire: true });
    const [alarm] = night.told;
    night.news();
    night.reads("smoke-302", "smoke", { alarm: false });
    night.resets(alarm);
    night.reads("smoke-302", "fire_panel", { fire: false });
    expect(night.news()).toEqual([]);
    night.resets(alarm);
    expect(night.news()).toEqual(["cleared smoke-alarm smoke-302"]);
  });

  test("it flares up again behind its latch: the same alert, and people are told", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    night.reads("smoke-302", "smoke", { alarm: false });
    night.wait(120);
    night.news();
    night.reads("smoke-302", "smoke", { alarm: true });
    expect(night.news()[0]).toBe("updated smoke-alarm smoke-302");
  });

  test("the reset key in the facility ends what only a latch holds, and no call for help", () => {
    const night = new Story();
    night.reads("gas-kitchen", "gas", { alarm: true });
    night.reads("gas-kitchen", "gas", { alarm: false });
    night.reads("smoke-302", "smoke", { alarm: true });
    night.reads("sos-302", "sos", { pressed: true });
    night.news();
    night.input({ type: "reset_alerts", at: night.now + 1, alerts: "latched" });
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("a reset that names an older alert, another facility's or nonsense ends nothing", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    const [alarm] = night.told;
    night.reads("smoke-302", "smoke", { alarm: false });
    night.news();
    const others = ["x", "///", `other/${alarm?.id.split("/").slice(1).join("/") ?? ""}`];
    night.input({ type: "reset_alerts", at: night.now + 1, alerts: [...others, `${alarm?.id}0`] });
    expect(night.news()).toEqual([]);
  });

  test("readings of it go on: people are told again at most once a minute", () => {
    const night = new Story();
    for (let second = 0; second < 180; second++) {
      night.reads("smoke-302", "smoke", { alarm: true, obscuration_pct: second });
      night.wait(1);
    }
    expect(night.news().filter((line) => line.endsWith("smoke-302"))).toEqual([
      "raised smoke-alarm smoke-302",
      "updated smoke-alarm smoke-302",
      "updated smoke-alarm smoke-302",
    ]);
  });

  test("somebody resets the panel: over, and raised anew by the next reading if it still burns", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    night.input({ type: "reset", at: night.now + 1, devices: ["smoke-302"] });
    night.reads("smoke-302", "smoke", { alarm: true });
    night.reads("smoke-302", "smoke", { alarm: true });
    expect(night.news()).toEqual([
      "raised smoke-alarm smoke-302",
      "cleared smoke-alarm smoke-302",
      "raised smoke-alarm smoke-302",
    ]);
  });

  test("the gateway restarts in the middle of it: nothing is raised again, and the end is still noticed", () => {
    const night = new Story();
    night.reads("smoke-302", "smoke", { alarm: true });
    const [alarm] = night.told;
    night.news();
    night.jump(5);
    night.start();
    night.reads("smoke-302", "smoke", { alarm: true });
    expect(night.news()).toEqual([]);
    night.reads("smoke-302", "smoke", { alarm: false });
    night.jump(5);
    night.start();
    expect(night.news()).toEqual([]);
    night.resets(alarm);
    expect(night.told).toMatchObject([{ id: alarm?.id, event: alarm?.event, phase: "cleared" }]);
  });

  test("a reading that comes a second time, even after the end, raises nothing", () => {
    const night = new Story();
    const smoke = night.reads("smoke-302", "smoke", { alarm: true });
    const [alarm] = night.told;
    night.input({ type: "points", at: night.now, points: [smoke] });
    night.reads("smoke-302", "smoke", { alarm: false });
    night.resets(alarm);
    night.input({ type: "points", at: night.now, points: [smoke] });
    expect(night.news()).toEqual(["raised smoke-alarm smoke-302", "cleared smoke-alarm smoke-302"]);
  });

  test("a device that the facility file does not know raises its alarm all the same", () => {
    const night = new Story();
    night.reads("somewhere", "gas", { alarm: true });
    expect(night.news()).toEqual(["raised gas-alarm somewhere"]);
  });
});

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

describe("a resident falls", () => {
  test("suspected is medium; confirmed eight seconds later is the same alert, now high; cancelled ends it", () => {
    const night = new Story();
    night.reads("pendant-7f3a", "fall", { fall: true, stage: "suspected", impact_g: 3.1 });
    night.wait(8);
    night.reads("pendant-7f3a", "fall", { fall: true, stage: "confirmed" });
    night.reads("pendant-7f3a", "fall", { fall: true, stage: "suspected" });
    night.reads("pendant-7f3a", "fall", { fall: true, stage: "cancelled" });
    expect(night.told.map(({ phase, severity }) => [phase, severity])).toEqual([
      ["raised", "medium"],
      ["updated", "high"],
      ["cleared", "high"],
    ]);
    expect(new Set(night.told.map(({ id }) => id)).size).toBe(1);
    expect(night.told[0]?.subject).toEqual({
      device: "pendant-7f3a",
      room: "r302",
      resident: "p-7f3a",
    });
  });

  test("a detector that knows no stages is believed", () => {
    const night = new Story();
    night.reads("pendant-7f3a", "fall", { fall: true });
    expect(night.told).toMatchObject([{ rule: "fall", severity: "high" }]);
  });

  test("and presses for help: one event of the person", () => {
    const night = new Story();
    night.reads("pendant-7f3a", "fall", { stage: "confirmed", fall: true });
    night.reads("pendant-7f3a", "sos", { pressed: true });
    expect(night.told.map(({ event }) => event)).toEqual(
      Array(2).fill(`pt-licheng-0001.care.p-7f3a.${T0 + 1}`),
    );
  });
});

describe("a call for help", () => {
  test("ends when a person at the scene resets it, though the button still says that it is pressed", () => {
    const night = new Story();
    night.reads("pendant-7f3a", "sos", { pressed: true });
    night.reads("pendant-7f3a", "fall", { fall: true });
    night.resets(...night.told);
    expect(night.news().slice(2)).toEqual([
      "cleared sos pendant-7f3a",
      "cleared fall pendant-7f3a",
    ]);
  });

  test("ends when the button says so", () => {
    const night = new Story();
    night.reads("pendant-7f3a", "sos", { pressed: true });
    night.reads("pendant-7f3a", "sos", { pressed: false });
    expect(night.news()).toEqual(["raised sos pendant-7f3a", "cleared sos pendant-7f3a"]);
  });

  test("of a button that never says so: pressing on tells people again, pressing an hour later is a new call", () => {
    const night = new Story();
    night.reads("sos-302", "sos", { pressed: true });
    night.wait(20);
    night.reads("sos-302", "sos", { pressed: true });
    night.wait(3600);
    night.news();
    night.reads("sos-302", "sos", { pressed: true });
    const [raised, cleared] = night.told;
    expect(night.told.map(({ phase }) => phase)).toEqual(["raised", "cleared"]);
    expect(raised?.id).not.toBe(cleared?.id);
    expect(raised?.event).not.toBe(cleared?.event);
    night.news();
    night.input({ type: "reset", at: night.now + 1, devices: ["sos-302"] });
    expect(night.news()).toEqual(["cleared sos sos-302"]);
  });
});

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

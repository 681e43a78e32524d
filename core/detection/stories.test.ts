import { describe, expect, test } from "vitest";
import { Story, T0 } from "./story.ts";

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
    expect(night.told.map(({ id, reason }) => [id, reason])).toEqual([
      [`${alarm?.id}0`, "not_held"],
    ]);
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

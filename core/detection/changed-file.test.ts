import { describe, expect, test } from "vitest";
import type { Device, Facility } from "../facility/index.ts";
import { RULES } from "../rules/index.ts";
import { exampleModel, Story } from "./story.ts";

/** The example's facility with a device that is declared otherwise. */
function changed(id: string, by: Partial<Device>): (file: Facility) => Facility {
  return (file) => ({
    ...file,
    devices: file.devices.map((device) => (device.id === id ? { ...device, ...by } : device)),
  });
}

/** The pendant is somebody else's, who lives in the same room. */
function givenTo(id: string): (file: Facility) => Facility {
  return (file) => {
    const residents = file.residents.flatMap((resident) => [resident, { ...resident, id }]);
    return changed("pendant-7f3a", { resident: id })({ ...file, residents });
  };
}

function without(id: string): (file: Facility) => Facility {
  return (file) => ({ ...file, devices: file.devices.filter((device) => device.id !== id) });
}

/** A night in which a device shows this, and the gateway starts again with another file. */
function restarted(
  shows: (night: Story) => void,
  edit: (file: Facility) => Facility,
): { night: Story; first: Story["told"][number] | undefined } {
  const night = new Story();
  shows(night);
  const [first] = night.told;
  night.news();
  night.start(exampleModel(edit));
  return { night, first };
}

const burns = (night: Story) => night.reads("gas-kitchen", "gas", { alarm: true });

describe("a device that burns is declared as something else", () => {
  test("its fire goes on, and a person ends it by name: what would end it is never said again", () => {
    const { night, first } = restarted(burns, changed("gas-kitchen", { kind: "co" }));
    night.input({ type: "reset_alerts", at: night.now + 1, alerts: "latched" });
    expect(night.news()).toEqual([]);
    night.resets(first);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("so it is after a second start", () => {
    const { night, first } = restarted(burns, changed("gas-kitchen", { kind: "co" }));
    night.start();
    night.start();
    night.resets(first);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("a rule that hears the new kind as well holds on until its sensor says that it is over", () => {
    const shield = (night: Story) => night.reads("smoke-302", "fire_panel", { shielded: true });
    const { night } = restarted(shield, changed("smoke-302", { kind: "heat" }));
    expect(night.news()).toEqual([]);
    night.reads("smoke-302", "fire_panel", { shielded: false });
    expect(night.news()).toEqual(["cleared panel-shielded smoke-302"]);
  });

  test("a fault that nothing can end any more is cleared, and says why", () => {
    const leaks = (night: Story) => night.reads("gas-kitchen", "leak", { alarm: true });
    const night = new Story(exampleModel(changed("gas-kitchen", { kind: "leak" })));
    leaks(night);
    night.news();
    night.start(exampleModel());
    expect(night.told.map(({ rule, phase, reason }) => [rule, phase, reason])).toEqual([
      ["water-leak", "cleared", "rule_gone"],
    ]);
  });
});

describe("a device that burns is given another address", () => {
  const moved = changed("gas-kitchen", { address: "0x99" });

  test("what the other sensor says does not end the fire of the first; a person does", () => {
    const { night, first } = restarted(burns, moved);
    night.reads("gas-kitchen", "gas", { alarm: false });
    expect(night.news()).toEqual([]);
    night.resets(first);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("when the other one burns, that is a fire of its own, and the first is cleared after it", () => {
    const { night, first } = restarted(burns, moved);
    night.wait(5);
    burns(night);
    expect(night.told.map(({ phase, reason }) => [phase, reason])).toEqual([
      ["raised", undefined],
      ["cleared", "device_changed"],
    ]);
    const [second] = night.told;
    expect(second?.id).not.toBe(first?.id);
    night.news();
    night.resets(second);
    expect(night.news()).toEqual([]);
    night.reads("gas-kitchen", "gas", { alarm: false });
    night.resets(second);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("two devices that change places each keep what their own sensor showed", () => {
    const [a, b] = ["0x02", "0x01"];
    const swapped = (file: Facility) =>
      changed("gas-kitchen", { address: b })(changed("sos-302", { address: a })(file));
    const { night, first } = restarted(burns, swapped);
    night.reads("gas-kitchen", "gas", { alarm: false });
    night.reads("sos-302", "gas", { alarm: false });
    expect(night.news()).toEqual([]);
    night.resets(first);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("a reset of the panel that has it now ends nothing that it showed elsewhere", () => {
    const { night, first } = restarted(burns, changed("gas-kitchen", { line: "panel" }));
    night.input({ type: "reset", at: night.now + 1, devices: ["gas-kitchen"] });
    expect(night.news()).toEqual([]);
    night.resets(first);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });

  test("its low battery is the old sensor's, and is cleared", () => {
    const { night } = restarted(
      (story) => story.reads("gas-kitchen", "device", { battery_low: true }),
      moved,
    );
    expect(night.told.map(({ rule, reason }) => [rule, reason])).toEqual([
      ["device-battery-low", "device_changed"],
    ]);
  });
});

describe("a device is given to another place or person", () => {
  test("a fire after its room was put right names the right room, at once", () => {
    const { night } = restarted(
      (story) => {
        burns(story);
        story.reads("gas-kitchen", "gas", { alarm: false });
      },
      changed("gas-kitchen", { room: "r302" }),
    );
    burns(night);
    expect(night.told.map(({ phase, subject, reason }) => [phase, subject.room, reason])).toEqual([
      ["raised", "r302", undefined],
      ["cleared", "none", "device_changed"],
    ]);
  });

  test("a low battery ends with its sensor's word, whoever wears it now", () => {
    const { night } = restarted(
      (story) => story.reads("pendant-7f3a", "device", { battery_low: true }),
      givenTo("p-2"),
    );
    night.reads("pendant-7f3a", "device", { battery_low: false });
    expect(night.news()).toEqual(["cleared device-battery-low pendant-7f3a"]);
  });

  test("the pendant of somebody who lies on the floor goes to somebody else: neither's call is the other's", () => {
    const { night, first } = restarted(
      (story) => story.reads("pendant-7f3a", "fall", { stage: "confirmed" }),
      givenTo("p-2"),
    );
    night.reads("pendant-7f3a", "fall", { stage: "cancelled" });
    expect(night.news()).toEqual([]);
    night.reads("pendant-7f3a", "fall", { stage: "confirmed" });
    expect(night.told.map(({ phase, subject }) => [phase, subject.resident])).toEqual([
      ["raised", "p-2"],
    ]);
    const [second] = night.told;
    night.news();
    night.resets(first);
    expect(night.told.map(({ id, phase, reason }) => [id, phase, reason])).toEqual([
      [first?.id, "cleared", "not_held"],
    ]);
    night.news();
    night.resets(second);
    expect(night.told.map(({ id, phase }) => [id, phase])).toEqual([[second?.id, "cleared"]]);
  });
});

describe("supervision changes while a device is silent", () => {
  const silent = (story: Story) => story.wait(700);

  test("one that is no longer supervised is no longer silent, and says why", () => {
    const night = new Story();
    silent(night);
    night.news();
    night.start(
      exampleModel((file) =>
        changed("gas-kitchen", { line: "panel", address: "1/1/0x00090009" })({
          ...file,
          devices: file.devices.map(({ supervise_s: _none, ...device }) => device),
        }),
      ),
    );
    const own = night.told.filter(({ subject }) => subject.device === "gas-kitchen");
    expect(own.map(({ rule, phase, reason }) => [rule, phase, reason])).toEqual([
      ["device-silent", "cleared", "rule_gone"],
    ]);
  });

  test("with a longer time it is silent until it is heard", () => {
    const { night } = restarted(silent, changed("gas-kitchen", { supervise_s: 86_400 }));
    night.wait(60);
    expect(night.news().filter((line) => line.endsWith("gas-kitchen"))).toEqual([]);
    night.reads("gas-kitchen", "gas", { alarm: false });
    expect(night.news()).toEqual(["cleared device-silent gas-kitchen"]);
  });
});

describe("the rules in force have one no more", () => {
  const fewer = (...gone: readonly string[]) => ({
    ...exampleModel(),
    rules: RULES.filter(({ id }) => !gone.includes(id)),
  });

  test("its life alarm goes on and a person ends it, its trouble is cleared", () => {
    const night = new Story();
    burns(night);
    night.reads("gas-kitchen", "device", { battery_low: true });
    const [fire] = night.told;
    night.news();
    night.start(fewer("gas-alarm", "device-battery-low"));
    expect(night.told.map(({ rule, reason }) => [rule, reason])).toEqual([
      ["device-battery-low", "rule_gone"],
    ]);
    night.news();
    night.resets(fire);
    expect(night.told.map((alert) => [alert.rule, alert.class, alert.phase])).toEqual([
      ["gas-alarm", "alarm", "cleared"],
    ]);
  });
});

describe("the state of an earlier version, which notes neither class nor sensor", () => {
  const forget = (night: Story): void => {
    const state = new Map(night.state);
    for (const [key, slot] of state) {
      if (slot.t !== "alarm") continue;
      const { of: _of, class: _class, ...old } = slot;
      state.set(key, old);
    }
    night.state = state;
  };

  test("its alarm holds, and ends as ever", () => {
    const night = new Story();
    burns(night);
    forget(night);
    night.start();
    night.reads("gas-kitchen", "gas", { alarm: false });
    night.resets(night.told[0]);
    expect(night.news()).toEqual(["raised gas-alarm gas-kitchen", "cleared gas-alarm gas-kitchen"]);
  });

  test("it is known from the first start on which sensor it was", () => {
    const night = new Story();
    burns(night);
    const [fire] = night.told;
    forget(night);
    night.start();
    night.start(exampleModel(changed("gas-kitchen", { address: "0x99" })));
    night.news();
    night.reads("gas-kitchen", "gas", { alarm: false });
    expect(night.news()).toEqual([]);
    night.resets(fire);
    expect(night.news()).toEqual(["cleared gas-alarm gas-kitchen"]);
  });
});

describe("the gateway has lost its state", () => {
  test("who resets what it does not hold ends it at the centre", () => {
    const before = new Story();
    burns(before);
    const [fire] = before.told;
    const night = new Story();
    night.resets(fire);
    expect(night.told).toMatchObject([
      { id: fire?.id, phase: "cleared", onset: fire?.onset, reason: "not_held" },
    ]);
  });

  test("what has ended as it should is not told twice, and no other facility's is told at all", () => {
    const night = new Story();
    burns(night);
    const [fire] = night.told;
    night.reads("gas-kitchen", "gas", { alarm: false });
    night.resets(fire);
    night.news();
    night.resets(fire);
    night.input({
      type: "reset_alerts",
      at: night.now + 1,
      alerts: ["elsewhere/gas-kitchen/gas-alarm/1", "nonsense"],
    });
    expect(night.news()).toEqual([]);
  });
});

test("a drill ends with its device, and never becomes a fire of something that is gone", () => {
  const night = new Story();
  night.tests("gas-kitchen", 3600);
  burns(night);
  night.news();
  night.start(exampleModel(without("gas-kitchen")));
  night.wait(2 * 3600);
  const own = night.told.filter(({ subject }) => subject.device === "gas-kitchen");
  expect(own.map(({ phase, drill, reason }) => [phase, drill, reason])).toEqual([
    ["cleared", true, "device_removed"],
  ]);
});

test("what is neither alarm nor call ends with its device", () => {
  const { night } = restarted(
    (story) => story.reads("smoke-302", "fire_panel", { shielded: true }),
    without("smoke-302"),
  );
  expect(night.told.map(({ rule, reason }) => [rule, reason])).toEqual([
    ["panel-shielded", "device_removed"],
  ]);
});

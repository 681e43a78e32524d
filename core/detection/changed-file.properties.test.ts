import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Device, Facility } from "../facility/index.ts";
import type { FieldValue, Kind } from "../points/index.ts";
import { exampleModel, Story } from "./story.ts";

const DEVICES = ["smoke-302", "smoke-303", "gas-kitchen", "sos-302", "pendant-7f3a"];
const READINGS: readonly (readonly [kind: Kind, fields: Record<string, FieldValue>])[] = [
  ["smoke", { alarm: true }],
  ["smoke", { alarm: false }],
  ["heat", { alarm: true }],
  ["gas", { alarm: true }],
  ["gas", { alarm: false }],
  ["fire_panel", { fire: true }],
  ["fire_panel", { fire: false }],
  ["fire_panel", { shielded: true }],
  ["fall", { stage: "confirmed" }],
  ["fall", { stage: "cancelled" }],
  ["sos", { pressed: true }],
  ["device", { online: false }],
  ["device", { battery_low: true }],
];
const KINDS: readonly Kind[] = ["smoke", "heat", "gas", "sos", "fall", "water", "fire_panel"];
const PLACES: readonly Partial<Device>[] = [
  { room: "r302" },
  { room: "duty" },
  { address: "1/1/0x00990099" },
  { source: "zigbee2mqtt", address: "0x98" },
  { line: "panel", address: "1/1/0x00970097" },
];

const device = fc.constantFrom(...DEVICES);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ device, reading: fc.constantFrom(...READINGS) }) },
  fc.record({ device, by: fc.constantFrom(...PLACES, ...KINDS.map((kind) => ({ kind }))) }),
  fc.record({ device, gone: fc.constant(true) }),
  fc.record({ device, tests: fc.constantFrom(60, null) }),
  fc.record({ device, reset: fc.constantFrom("panel", "key") }),
  fc.record({ waits: fc.constantFrom(1, 61, 4000) }),
);

/** Edits of a file add up; a line and a source at once is none of a facility file. */
function moved({ line, source, ...one }: Device, by: Partial<Device>): Device {
  const wire = by.line ?? by.source ?? line ?? source ?? "";
  return { ...one, ...by, ...(wire === "panel" ? { line: wire } : { source: wire }) };
}

test("whatever becomes of the facility file, no alarm ends unsaid, and a person can end every life alarm and call", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: "max" }), (steps) => {
      const night = new Story();
      const edits: ((file: Facility) => Facility)[] = [];
      const restart = (edit: (devices: readonly Device[]) => readonly Device[]): void => {
        edits.push((file) => ({ ...file, devices: edit(file.devices) }));
        night.start(exampleModel((file) => edits.reduce((now, change) => change(now), file)));
      };
      for (const one of steps) {
        if ("reading" in one && night.model.devices.has(one.device)) {
          night.reads(one.device, ...one.reading);
        }
        if ("by" in one)
          restart((all) => all.map((it) => (it.id === one.device ? moved(it, one.by) : it)));
        if ("gone" in one) restart((all) => all.filter(({ id }) => id !== one.device));
        if ("tests" in one) night.tests(one.device, one.tests);
        if ("reset" in one && one.reset === "panel")
          night.input({ type: "reset", at: (night.now += 1), devices: [one.device] });
        if ("reset" in one && one.reset === "key")
          night.input({ type: "reset_alerts", at: (night.now += 1), alerts: "latched" });
        if ("waits" in one) night.wait(one.waits);
        expect(openOf(night)).toEqual(activeOf(night));
      }
      // Tests are over, every sensor that is still there says that it is well, and a person resets what is left.
      night.wait(61);
      for (const id of DEVICES.filter((name) => night.model.devices.has(name))) {
        for (const [kind, fields] of READINGS) {
          const [field = "", value] = Object.entries(fields)[0] ?? [];
          const well = value === "confirmed" ? "cancelled" : field === "online";
          if (value !== "cancelled") night.reads(id, kind, { [field]: well });
        }
      }
      const left = new Set(openOf(night));
      night.resets(...night.told.filter(({ id }) => left.has(id)));
      expect(activeOf(night).filter((id) => !/device-|panel-/.test(id))).toEqual([]);
    }),
  );
});

/** What people believe to hold. */
function openOf(night: Story): string[] {
  const open = new Set<string>();
  for (const { id, phase } of night.told) {
    if (phase === "cleared") open.delete(id);
    else open.add(id);
  }
  return [...open].toSorted();
}

/** What holds. */
function activeOf(night: Story): string[] {
  return [...night.state]
    .flatMap(([key, slot]) => {
      if (slot.t !== "alarm" || !slot.active) return [];
      const [rule = ""] = key.split("|", 1);
      return [`${night.model.facility}/${slot.subject.device}/${rule}/${slot.onset}`];
    })
    .toSorted();
}

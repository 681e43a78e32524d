import type { DeviceView, IncidentView, RoomView } from "@anhu/response/api";
import { expect, test } from "vitest";
import { incident as smoke } from "../../testing/incidents.ts";
import { floorsOf } from "./rooms.ts";

const name = (zh: string): { zh: string; en: string } => ({ zh, en: zh });
const ROOMS: readonly RoomView[] = [
  { id: "f1", kind: "floor", name: name("一层"), residents: [] },
  { id: "f2", kind: "floor", name: name("二层"), residents: [] },
  { id: "wing", kind: "wing", in: "f1", name: name("东区"), residents: [] },
  { id: "r101", kind: "bedroom", in: "wing", name: name("101室"), residents: ["p-1", "p-2"] },
  { id: "r201", kind: "bedroom", in: "f2", name: name("201室"), residents: [] },
  { id: "yard", kind: "yard", name: name("院子"), residents: [] },
];

test("rooms stand on their floors, the top one first, and what is on none comes last", () => {
  const floors = floorsOf({ rooms: ROOMS, devices: [], incidents: [], now: 0 });
  expect(floors.map(({ id, rooms }) => [id, rooms.map((room) => room.id)])).toEqual([
    ["f2", ["r201"]],
    ["f1", ["r101"]],
    ["-", ["yard"]],
  ]);
});

test("a room shows its worst live alarm; one that is back to normal, or over, is none", () => {
  const state = (incidents: readonly IncidentView[]) => stateOf({ incidents });
  expect(state([incident("medium"), incident("critical")])).toMatchObject({
    alarm: { severity: "critical" },
  });
  expect(state([{ ...incident("critical"), state: "resolved" }]).alarm).toBe(null);
  const [alert] = incident("critical").alerts;
  if (alert === undefined) throw new Error("no alert");
  expect(state([{ ...incident("critical"), alerts: [{ ...alert, cleared_at: 9 }] }]).alarm).toBe(
    null,
  );
});

test("the room of the fire panel is not where it burns, unless nothing else says where", () => {
  const [alert] = incident("critical").alerts;
  if (alert === undefined) throw new Error("no alert");
  const alerts = [{ ...alert, rule: "panel-fire" }];
  expect(stateOf({ incidents: [{ ...incident("critical"), room: "r302", alerts }] }).alarm).toBe(
    null,
  );
  expect(stateOf({ incidents: [{ ...incident("critical"), alerts }] }).alarm).not.toBe(null);
});

test("somebody is there when any device that is heard says so; a silent one says nothing", () => {
  const radar = device("occupancy", { present: true });
  const bed = device("bed", { occupied: false });
  expect(stateOf({ devices: [bed, radar] }).occupied).toBe(true);
  expect(stateOf({ devices: [bed] }).occupied).toBe(false);
  expect(stateOf({ devices: [{ ...radar, silent: true }] })).toMatchObject({
    occupied: null,
    silent: 1,
  });
  expect(stateOf({ devices: [device("smoke", { alarm: false })] }).occupied).toBe(null);
});

test("a test mode that has ended is over", () => {
  const tested = { ...device("smoke", {}), test_mode_until: 100 };
  expect(stateOf({ devices: [tested], now: 99 }).testing).toBe(true);
  expect(stateOf({ devices: [tested], now: 100 }).testing).toBe(false);
});

function stateOf(more: Partial<Parameters<typeof floorsOf>[0]>) {
  const floors = floorsOf({ rooms: ROOMS, devices: [], incidents: [], now: 0, ...more });
  const found = floors.flatMap(({ rooms }) => rooms).find(({ id }) => id === "r101");
  if (found === undefined) throw new Error("no room");
  return found;
}

function device(
  kind: DeviceView["kind"],
  fields: DeviceView["last"][number]["fields"],
): DeviceView {
  return {
    id: kind,
    kind,
    room: "r101",
    address: "1",
    last: [{ kind, at: 1, fields }],
    last_seen: 1,
    battery_pct: null,
    battery_low: null,
    rssi_dbm: null,
    link_quality: null,
    silent: false,
    test_mode_until: null,
  };
}

function incident(severity: IncidentView["severity"]): IncidentView {
  return smoke({
    severity,
    room: "r101",
    alerts: [
      {
        id: "a",
        gateway: "gw1",
        event: "e",
        rule: "smoke-alarm",
        class: "alarm",
        severity,
        device: "smoke",
        room: "r101",
        resident: null,
        onset: 1,
        drill: false,
        raised_at: 1,
        updated_at: null,
        cleared_at: null,
      },
    ],
    alert_count: 1,
  });
}

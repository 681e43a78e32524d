import { expect, test } from "vitest";
import type { Kind } from "@anhu/core/points";
import { inventoryOf } from "./inventory.ts";
import { MODELS } from "./models.ts";
import { payloadOf } from "./payload.ts";

const base = { at: Date.UTC(2026, 10, 22, 3, 4, 5, 678), linkQuality: 120, batteryPct: 97 };

function payload(kind: Kind, fields: Record<string, number | boolean>): unknown {
  const model = MODELS[kind];
  if (model === undefined) throw new Error(`no model stands for ${kind}`);
  return JSON.parse(payloadOf(model, { ...base, fields }));
}

test("a smoke alarm says what its model exposes, with the time it was last seen", () => {
  expect(payload("smoke", { alarm: true })).toEqual({
    smoke: true,
    battery_low: false,
    battery: 97,
    test: false,
    linkquality: 120,
    last_seen: "2026-11-22T03:04:05.678Z",
  });
});

test("an open door has no contact", () => {
  expect(payload("door", { open: true })).toMatchObject({ contact: false });
  expect(payload("door", { open: false })).toMatchObject({ contact: true });
});

test("an SOS button's action is an event: null on every other publish", () => {
  expect(payload("sos", { pressed: true })).toMatchObject({ action: "emergency" });
  expect(payload("sos", {})).toMatchObject({ action: null, battery: 97 });
});

test("the inventory names every device with a unique IEEE address and what it exposes", () => {
  const devices = [
    { id: "smoke-store", kind: "smoke", address: "store/smoke" },
    { id: "sos-301", kind: "sos", address: "0x00158d1234567890" },
  ] as const;
  const list = JSON.parse(inventoryOf(devices)) as Record<string, unknown>[];
  expect(list.map((one) => one["friendly_name"])).toEqual([
    "Coordinator",
    "store/smoke",
    "0x00158d1234567890",
  ]);
  expect(new Set(list.map((one) => one["ieee_address"])).size).toBe(3);
  expect(list[2]).toMatchObject({
    ieee_address: "0x00158d1234567890",
    type: "EndDevice",
    definition: { model: "TS0215A_sos", vendor: "Tuya" },
  });
});

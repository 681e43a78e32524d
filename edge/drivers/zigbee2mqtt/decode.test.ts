import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DecodeResult } from "../driver.ts";
import { zigbeeDecoder } from "./decode.ts";
import vectors from "./vectors.json" with { type: "json" };

const BASE = "zigbee2mqtt";

test.each(vectors.messages)("$topic $payload ($source)", (vector) => {
  const { topic, payload, base, retained = false } = vector;
  const decoded = zigbeeDecoder(base)({ topic, payload: Buffer.from(payload), retained });
  expect(decoded).toMatchObject(vector.expect);
});

describe("states", () => {
  test("a closed contact is a closed door", () => {
    expect(pointsOf(say("door", { contact: true }))).toEqual({ door: { open: false } });
    expect(pointsOf(say("door", { contact: "OFF" }))).toEqual({ door: { open: true } });
  });

  test("a test stands beside the alarm and does not hide it", () => {
    const decoded = say("hall", { smoke: true, test: true });
    expect(pointsOf(decoded)).toEqual({ smoke: { alarm: true, test: true } });
    expect(decoded).toMatchObject({ signals: [{ type: "fire", active: true, test: true }] });
  });

  test("millivolts, volts, centimetres and metres come out alike", () => {
    expect(pointsOf(say("a", { voltage: 2900 }))).toEqual({ device: { voltage_v: 2.9 } });
    expect(pointsOf(say("a", { voltage: 3 }))).toEqual({ device: { voltage_v: 3 } });
    expect(pointsOf(say("a", { target_distance: 250 }))).toEqual({
      occupancy: { distance_m: 2.5 },
    });
  });

  test("several endpoints: a leak at one of them is a leak", () => {
    const decoded = say("wash", { water_leak_zone_1: true, water_leak_zone_2: false });
    expect(pointsOf(decoded)).toEqual({ leak: { alarm: true } });
  });

  test("a suspected fall is no fall yet, and is cancelled when the detector takes it back", () => {
    const falls = ["maybe_fall", "fall", "none"].map((word) =>
      say("f", { fall_down_status: word }),
    );
    expect(falls.map(pointsOf)).toEqual([
      { fall: { fall: false, stage: "suspected" } },
      { fall: { fall: true, stage: "confirmed" } },
      { fall: { fall: false, stage: "cancelled" } },
    ]);
  });

  test("nulls say nothing, and what nobody knows is listed", () => {
    const decoded = say("x", { smoke: null, battery: null, constructor: 1, led: "on" });
    expect(decoded).toMatchObject({
      ok: true,
      points: [],
      frame: { unmapped: ["constructor", "led"] },
    });
  });
});

describe("topics", () => {
  test.each(["online", '{"state":"online"}'])(
    "availability in both forms, names with slashes: %s",
    (word) => {
      const decoded = hear("f3/302/smoke/availability", word);
      expect(decoded).toMatchObject({
        points: [{ kind: "device", device: "f3/302/smoke", fields: { online: true } }],
        signals: [{ type: "offline", active: false }],
      });
    },
  );

  test("a bridge that is gone is offline", () => {
    expect(hear("bridge/state", "offline")).toMatchObject({
      points: [{ device: "bridge", fields: { online: false } }],
      signals: [{ class: "trouble", type: "offline", active: true }],
    });
  });

  test.each([
    ["f3/302/set", '{"state":"ON"}'],
    ["bridge/logging", '{"level":"info"}'],
    ["gone", ""],
  ])("nothing is made of %s", (topic, payload) => {
    expect(hear(topic, payload)).toMatchObject({ ok: true, points: [], signals: [] });
  });

  test.each([
    ["hall", "not json", "bad_json"],
    ["hall", "[1]", "bad_shape"],
    ["hall/availability", "perhaps", "bad_shape"],
    ["hall", `{"a":"${"x".repeat(70_000)}"}`, "too_long"],
    ["bridge/devices", "{}", "bad_shape"],
  ])("%s is refused with a reason", (topic, payload, reason) => {
    expect(hear(topic, payload)).toMatchObject({ ok: false, reason });
  });

  test("a topic outside the base is refused", () => {
    const decoded = zigbeeDecoder("other")({
      topic: "zigbee2mqtt/a",
      payload: new Uint8Array(),
      retained: false,
    });
    expect(decoded).toMatchObject({ ok: false, reason: "unknown_topic" });
  });
});

test("the inventory tells units, words and what an alarm zone is", () => {
  const decode = zigbeeDecoder(BASE);
  const send = (topic: string, value: unknown): DecodeResult =>
    decode({
      topic: `${BASE}/${topic}`,
      payload: Buffer.from(JSON.stringify(value)),
      retained: false,
    });
  const exposes = [
    { property: "voltage", unit: "V" },
    {
      features: [
        { property: "gas", unit: "%LEL" },
        { property: "tamper", value_on: "opened", value_off: "shut" },
      ],
    },
  ];
  expect(
    send("bridge/devices", [
      { friendly_name: "Coordinator", definition: null },
      { friendly_name: "f3/kitchen", definition: { model: "G1", exposes } },
      { friendly_name: "f3/old", definition: { model: "MIR-SM100-E", exposes: [] } },
    ]),
  ).toMatchObject({ ok: true, points: [], frame: { inventory: 2 } });
  expect(pointsOf(send("f3/kitchen", { voltage: 1200, gas: 4, tamper: "opened" }))).toEqual({
    device: { voltage_v: 1200, tamper: true },
    gas: { gas_lel_pct: 4 },
  });
  expect(pointsOf(send("f3/old", { alarm_1: true }))).toEqual({ smoke: { alarm: true } });
});

test("any JSON on any topic is decoded or refused, without throwing", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("a", "a/b", "a/availability", "bridge/devices"),
      fc.json(),
      (topic, json) => {
        expect(typeof hear(topic, json).ok).toBe("boolean");
      },
    ),
  );
});

function hear(rest: string, payload: string): DecodeResult {
  return zigbeeDecoder(BASE)({
    topic: `${BASE}/${rest}`,
    payload: Buffer.from(payload),
    retained: false,
  });
}

function say(name: string, properties: object): DecodeResult {
  return hear(name, JSON.stringify(properties));
}

/** Fields by kind. */
function pointsOf(decoded: DecodeResult): unknown {
  return decoded.ok
    ? Object.fromEntries(decoded.points.map(({ kind, fields }) => [kind, fields]))
    : decoded;
}

test("a message that is sent again has the key of its first sending; without last_seen there is none", () => {
  const key = (text: string): string | null => {
    const message = { topic: "zigbee2mqtt/a", payload: Buffer.from(text), retained: false };
    const decoded = zigbeeDecoder("zigbee2mqtt")(message);
    return decoded.ok ? decoded.dedup : null;
  };
  const said = '{"smoke":true,"last_seen":"2026-11-21T10:00:00.000Z"}';
  expect(key(said)).not.toBeNull();
  expect(key(said)).toBe(key(said));
  expect(key(said)).not.toBe(key(said.replace("10:00:00.000", "10:00:00.001")));
  expect(key('{"smoke":true}')).toBeNull();
});

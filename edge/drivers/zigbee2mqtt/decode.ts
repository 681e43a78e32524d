/**
 * Zigbee2MQTT topics below a base:
 *
 *   NAME                       {"smoke":true,"battery":78,"linkquality":55}   NAME may contain `/`
 *   NAME/availability          online | {"state":"online"}                    retained
 *   NAME/action, NAME/smoke    emergency, true                                one property alone
 *   bridge/state               as availability, of the bridge itself          retained
 *   bridge/devices             the inventory                                  retained
 */
import { createHash } from "node:crypto";
import type { FieldValue, Kind, Point } from "@anhu/core/points";
import type { Result } from "@anhu/core/result";
import type { DecodeResult, MqttDecode, MqttMessage } from "../driver.ts";
import { isObject, parseJson } from "../json.ts";
import { signalsOf } from "../signals.ts";
import type { Inventory } from "./inventory.ts";
import { readInventory } from "./inventory.ts";
import { readProperty, testOf } from "./properties.ts";
import { CALLS } from "./words.ts";

/** The bridge itself, as a device. */
const BRIDGE = "bridge";
const MAX_DEVICE = 65_536;
const MAX_INVENTORY = 8_388_608;
/** Kinds whose alarm says whether it is a test. */
const TESTED: readonly Kind[] = ["smoke", "leak"];

/**
 * A decoder for one base: keeps the last inventory that the bridge published. A device is its friendly name.
 * Fails with `unknown_topic`, `too_long` (64 KiB, an inventory 8 MiB), `bad_json` or `bad_shape`.
 */
export function zigbeeDecoder(base: string): MqttDecode {
  let inventory: Inventory = new Map();
  return (message) => {
    const { topic, payload } = message;
    if (!topic.startsWith(`${base}/`))
      return refused("unknown_topic", `${topic} is not below ${base}`);
    const rest = topic.slice(base.length + 1);
    const most = rest === "bridge/devices" ? MAX_INVENTORY : MAX_DEVICE;
    if (payload.length > most) return refused("too_long", `${payload.length} bytes`);
    if (rest !== "bridge/devices") return decodeBelow(rest, message, inventory);
    const read = parsed(payload, readInventory);
    if (!read.ok) return refused(read.error.reason, read.error.detail);
    inventory = read.value;
    return empty({ inventory: inventory.size });
  };
}

function decodeBelow(rest: string, message: MqttMessage, inventory: Inventory): DecodeResult {
  if (rest === "bridge/state") return decodeAvailability(BRIDGE, message.payload);
  if (rest.startsWith("bridge/")) return empty({ bridge: rest.slice("bridge/".length) });
  // A retained message that is deleted.
  if (message.payload.length === 0) return empty({ device: rest, deleted: true });
  const known = inventory.has(rest);
  const [, device, last] = /^(.+)\/([^/]+)$/.exec(rest) ?? [];
  if (device === undefined || last === undefined || known)
    return decodeDevice(rest, message, inventory);
  if (last === "availability") return decodeAvailability(device, message.payload);
  if (last === "set" || last === "get" || /\/(set|get)\//.test(rest))
    return empty({ command: rest });
  const json = parseJson(message.payload);
  if (json.ok && isObject(json.value)) return decodeDevice(rest, message, inventory);
  const value = json.ok ? json.value : new TextDecoder().decode(message.payload);
  return decodeProperties(device, { [last]: value }, { retained: message.retained, inventory });
}

function decodeDevice(name: string, message: MqttMessage, inventory: Inventory): DecodeResult {
  const json = parseJson(message.payload);
  if (!json.ok) return refused(json.error.reason, json.error.detail);
  if (!isObject(json.value)) return refused("bad_shape", `${name} says no JSON object`);
  return decodeProperties(name, json.value, { retained: message.retained, inventory });
}

function decodeProperties(
  device: string,
  properties: Readonly<Record<string, unknown>>,
  about: { retained: boolean; inventory: Inventory },
): DecodeResult {
  const known = about.inventory.get(device);
  const readings = new Readings();
  const unmapped: string[] = [];
  let test: boolean | null = null;
  for (const [property, value] of Object.entries(properties)) {
    if (value === null || property === "last_seen") continue;
    if (property === "action") {
      // An event: a retained one is over.
      const call = typeof value === "string" && CALLS.includes(value) && !about.retained;
      if (call) readings.add("sos", "pressed", true);
      continue;
    }
    const tested = testOf(property, value);
    if (tested !== null) test = tested || test === true;
    const expose = known?.exposes.get(property);
    const facts = readProperty(property, value, { model: known?.model ?? "", expose });
    if (facts === null && tested === null) unmapped.push(property);
    for (const fact of facts ?? []) readings.add(...fact);
  }
  for (const kind of TESTED)
    if (test !== null && readings.has(kind)) readings.add(kind, "test", test);
  const at = timeOf(properties["last_seen"]);
  const points = readings.points(device, at);
  const { action } = properties;
  return {
    ok: true,
    points,
    signals: signalsOf(points, test === true),
    answer: null,
    frame: { device, model: known?.model ?? null, retained: about.retained, action, unmapped },
    dedup: at === null ? null : `${device}/${hashOf(JSON.stringify(properties))}`,
  };
}

function decodeAvailability(device: string, payload: Uint8Array): DecodeResult {
  const text = new TextDecoder().decode(payload);
  const json = parseJson(payload);
  const state = json.ok && isObject(json.value) ? json.value["state"] : text;
  if (state !== "online" && state !== "offline") {
    return refused("bad_shape", `${device} is neither online nor offline`);
  }
  const fields = { online: state === "online" };
  const points: Point[] = [{ kind: "device", device, fields, at: null }];
  const signals = signalsOf(points, false);
  return {
    ok: true,
    points,
    signals,
    answer: null,
    frame: { device, availability: state },
    dedup: null,
  };
}

/** The hash covers `last_seen`. Without it nothing tells a message sent again from a new one that says the same. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Facts gathered into one point per kind. Said by several endpoints: true if one says so, the lowest number. */
class Readings {
  readonly #kinds = new Map<Kind, Record<string, FieldValue>>();

  add(kind: Kind, field: string, value: FieldValue): void {
    const fields = this.#kinds.get(kind) ?? {};
    const before = fields[field];
    if (value === false && before === true) return;
    if (typeof value === "number" && typeof before === "number" && before < value) return;
    this.#kinds.set(kind, { ...fields, [field]: value });
  }

  has(kind: Kind): boolean {
    return this.#kinds.has(kind);
  }

  points(device: string, at: number | null): Point[] {
    return [...this.#kinds].map(([kind, fields]) => ({
      kind,
      device,
      fields: at === null ? fields : { ...fields, device_time_ms: at },
      at,
    }));
  }
}

/** `last_seen`: UTC ms, or ISO 8601 with a zone. */
function timeOf(lastSeen: unknown): number | null {
  if (typeof lastSeen === "number")
    return Number.isSafeInteger(lastSeen) && lastSeen > 0 ? lastSeen : null;
  if (typeof lastSeen !== "string" || !/(?:Z|[+-]\d\d:?\d\d)$/.test(lastSeen)) return null;
  const at = Date.parse(lastSeen);
  return Number.isNaN(at) ? null : at;
}

function parsed<T>(payload: Uint8Array, read: (value: unknown) => Result<T>): Result<T> {
  const json = parseJson(payload);
  return json.ok ? read(json.value) : json;
}

function empty(frame: Readonly<Record<string, unknown>>): DecodeResult {
  return { ok: true, points: [], signals: [], answer: null, frame, dedup: null };
}

function refused(reason: string, detail: string): DecodeResult {
  return { ok: false, reason, detail };
}

/**
 * Anhu's own devices (docs/protocols/native.md), JSON over MQTT 3.1.1 with QoS 1:
 *
 *   BASE/ADDRESS/KIND     {"t":1763733600000,"n":17,"fall":true,"stage":"confirmed","impact_g":3.2}
 *   BASE/ADDRESS/online   true | false (last will, retained)
 *   BASE/ADDRESS/reset    {"t":1763733600000,"n":18}, the reset key of a siren
 *   BASE/ADDRESS/state    a siren's answer (retained);   BASE/ADDRESS/set is for the siren, not for us
 */
import { createHash } from "node:crypto";
import type { FieldType, FieldValue, Kind, Point } from "@anhu/core/points";
import { COMMON_FIELDS, fieldType, isKind } from "@anhu/core/points";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Decoded, DecodeResult, MqttDecode } from "../driver.ts";
import { isObject, parseJson } from "../json.ts";
import { signalsOf } from "../signals.ts";

const MAX_PAYLOAD = 4096;
const ADDRESS = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * A decoder for one base. Fails with `unknown_topic`, `too_long` (over 4 KiB), `bad_json`, `bad_shape`, `bad_time`,
 * `bad_number` (`n`), `unknown_kind`, `unknown_field`, `bad_value` (a type that is not the registry's) or `no_fields`.
 */
export function nativeDecoder(base: string): MqttDecode {
  return ({ topic, payload }) => {
    const [address = "", leaf = "", ...more] = topic.slice(base.length + 1).split("/");
    if (!topic.startsWith(`${base}/`) || !ADDRESS.test(address) || leaf === "" || more.length > 0) {
      return refused("unknown_topic", topic);
    }
    if (leaf === "set") return empty({ address, command: true });
    // A retained message that is deleted.
    if (payload.length === 0 && (leaf === "online" || leaf === "state"))
      return empty({ address, deleted: true });
    if (payload.length > MAX_PAYLOAD) return refused("too_long", `${payload.length} bytes`);
    const json = parseJson(payload);
    if (!json.ok) return refused(json.error.reason, json.error.detail);
    if (leaf === "online") return decodeOnline(address, json.value);
    if (!isObject(json.value)) return refused("bad_shape", "the payload is no JSON object");
    if (leaf === "state") return empty({ address, siren: json.value });
    if (leaf === "reset") return decodeReset(address, json.value, payload);
    if (!isKind(leaf)) return refused("unknown_kind", leaf);
    return decodeReading({ address, kind: leaf, body: json.value, payload });
  };
}

function decodeOnline(address: string, online: unknown): DecodeResult {
  if (typeof online !== "boolean") return refused("bad_shape", "online is true or false");
  return decoded(
    { address },
    [{ kind: "device", device: address, fields: { online }, at: null }],
    null,
  );
}

function decodeReading(message: {
  address: string;
  kind: Kind;
  body: Readonly<Record<string, unknown>>;
  payload: Uint8Array;
}): DecodeResult {
  const { address, kind, body } = message;
  const head = readHead(body);
  if (!head.ok) return refused(head.error.reason, head.error.detail);
  const { t, n, rest } = head.value;
  const fields = readFields(kind, rest);
  if (!fields.ok) return refused(fields.error.reason, fields.error.detail);
  const timed: Record<string, FieldValue> =
    t === null ? fields.value : { ...fields.value, device_time_ms: t };
  const point: Point = { kind, device: address, fields: timed, at: t };
  return decoded(
    { address, n },
    [point],
    dedupOf(`${address}/${kind}`, head.value, message.payload),
  );
}

function decodeReset(
  address: string,
  body: Readonly<Record<string, unknown>>,
  payload: Uint8Array,
): DecodeResult {
  const head = readHead(body);
  if (!head.ok) return refused(head.error.reason, head.error.detail);
  const { n } = head.value;
  const dedup = dedupOf(`${address}/reset`, head.value, payload);
  return { ...decoded({ address, n, reset: true }, [], dedup), resetKey: true };
}

interface Head {
  readonly t: number | null;
  readonly n: number;
  readonly rest: Readonly<Record<string, unknown>>;
}

function readHead(body: Readonly<Record<string, unknown>>): Result<Head> {
  const { t, n, ...rest } = body;
  if (t !== null && !(typeof t === "number" && Number.isSafeInteger(t) && t >= 0))
    return refuse("bad_time", "t is UTC milliseconds or null");
  if (!(typeof n === "number" && Number.isInteger(n) && n >= 0 && n <= 0xffffffff))
    return refuse("bad_number", "n is a whole number of 0 to 4294967295");
  return ok({ t, n, rest });
}

/** A device that lost its count and has no clock says in a new call for help what it said in the last: it gets no key. */
function dedupOf(topic: string, { t, n }: Head, payload: Uint8Array): string | null {
  if (t === null) return null;
  return `${topic}/${n}/${createHash("sha256").update(payload).digest("hex").slice(0, 16)}`;
}

function readFields(
  kind: Kind,
  body: Readonly<Record<string, unknown>>,
): Result<Record<string, FieldValue>> {
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(body)) {
    const type = Object.hasOwn(COMMON_FIELDS, name) ? undefined : fieldType(kind, name);
    if (type === undefined) return refuse("unknown_field", `${kind} has no field ${name}`);
    if (!isOf(type, value)) return refuse("bad_value", `${name} is not ${String(type)}`);
    fields[name] = value;
  }
  return Object.keys(fields).length === 0 ? refuse("no_fields", "nothing but t and n") : ok(fields);
}

function isOf(type: FieldType, value: unknown): value is FieldValue {
  if (type === "number") return Number.isFinite(value);
  if (type === "boolean") return typeof value === "boolean";
  return type.some((word) => word === value);
}

function decoded(
  frame: Readonly<Record<string, unknown>>,
  points: readonly Point[],
  dedup: string | null,
): Decoded {
  const test = points.some(({ fields }) => fields["test"] === true);
  return { ok: true, points, signals: signalsOf(points, test), answer: null, frame, dedup };
}

function empty(frame: Readonly<Record<string, unknown>>): DecodeResult {
  return decoded(frame, [], null);
}

function refused(reason: string, detail: string): DecodeResult {
  return { ok: false, reason, detail };
}

/**
 * Report payload: type 1 (01 engineering, 02 basic) | AA | target data 9 | (engineering: gates) | 55 | 00
 *
 *   target data: state 1 | moving distance 2 cm, energy 1 | still distance 2 cm, energy 1 | detection distance 2 cm
 */
import type { FieldValue } from "@anhu/core/points";
import type { Decoded, DecodeResult } from "../driver.ts";
import { parseFrame } from "./frame.ts";

/** The radar itself: one per line. */
export const RADAR = "radar";

const STATES = [
  "none",
  "moving",
  "still",
  "both",
  "calibrating",
  "calibrated",
  "calibration_failed",
];
const BASIC = 13;

/**
 * Decodes a whole frame. A report is one `occupancy` point; `distance_m` is there only when the state says that the
 * target it belongs to is (a distance without its state bit is what was last seen), and is the moving one's first.
 * A calibrating radar says nothing of presence. Fails with `bad_payload`.
 */
export function decode(bytes: Uint8Array): DecodeResult {
  const { report, payload } = parseFrame(bytes);
  return report ? decodeReport(payload) : decodeCommand(payload);
}

function decodeReport(payload: Uint8Array): DecodeResult {
  const type = payload[0] ?? 0;
  const whole = payload[1] === 0xaa && payload.at(-2) === 0x55 && payload.length >= BASIC;
  const state = STATES[payload[2] ?? 0xff];
  if (!whole || (type !== 1 && type !== 2) || state === undefined) {
    return refused(payload, "is no report");
  }
  const frame = {
    report: type === 1 ? "engineering" : "basic",
    state,
    moving: { distance_cm: u16(payload, 3), energy: payload[5] },
    still: { distance_cm: u16(payload, 6), energy: payload[8] },
    detection_distance_cm: u16(payload, 9),
  };
  if (type === 2) return decoded(frame, presence(frame));
  const gates = decodeGates(payload);
  return gates === null
    ? refused(payload, "has no gates")
    : decoded({ ...frame, gates }, presence(frame));
}

/** Engineering: highest moving and still gate, one energy per gate of each (gate 0 too), light value, OUT pin. */
function decodeGates(payload: Uint8Array): Record<string, unknown> | null {
  const moving = (payload[11] ?? 0) + 1;
  const still = (payload[12] ?? 0) + 1;
  const end = 13 + moving + still;
  if (payload.length < end + 2) return null;
  return {
    moving: [...payload.subarray(13, 13 + moving)],
    still: [...payload.subarray(13 + moving, end)],
    rest: [...payload.subarray(end, -2)],
  };
}

function presence(frame: {
  state: string;
  moving: { distance_cm: number };
  still: { distance_cm: number };
}): Record<string, FieldValue> | null {
  const { state } = frame;
  const moving = state === "moving" || state === "both";
  if (moving) return { present: true, moving, distance_m: frame.moving.distance_cm / 100 };
  if (state === "still")
    return { present: true, moving, distance_m: frame.still.distance_cm / 100 };
  return state === "none" ? { present: false, moving } : null;
}

function decodeCommand(payload: Uint8Array): DecodeResult {
  const word = u16(payload, 0);
  if ((word & 0x0100) === 0) return decoded({ command: word }, null);
  if (payload.length < 4) return refused(payload, "is no acknowledgement");
  const value = Buffer.from(payload.subarray(4)).toString("hex");
  return decoded({ ack: word & 0xff, status: u16(payload, 2), value }, null);
}

function decoded(
  frame: Readonly<Record<string, unknown>>,
  fields: Record<string, FieldValue> | null,
): Decoded {
  const points =
    fields === null ? [] : [{ kind: "occupancy" as const, device: RADAR, fields, at: null }];
  return { ok: true, points, signals: [], answer: null, frame, dedup: null };
}

function refused(payload: Uint8Array, what: string): DecodeResult {
  return {
    ok: false,
    reason: "bad_payload",
    detail: `${Buffer.from(payload).toString("hex")} ${what}`,
  };
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

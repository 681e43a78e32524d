import { decodeFrame, encodeFrame } from "../gb26875/frame.ts";
import { timeLabel } from "../gb26875/time-label.ts";

/**
 * Recorded messages as if they were sent now.
 *
 *   GB/T 26875.3: serial | ... | time 6 | ... | type | n | n x [ body | time 6 ] | sum     (times and sum are replaced)
 *   Zigbee2MQTT:  "last_seen":"2019-06-24T15:30:53.312Z"                                   (replaced)
 */

/** Object types whose body ends with a time label, and those whose only content behind the system is one (table 3). */
const LABELLED: ReadonlySet<number> = new Set([1, 2, 3, 4, 8, 21, 24, 28]);

/** The frame with this serial number, the time `nowMs` wherever it carries one, and the right checksum. Undefined when it is no whole frame. */
export function frameNow(
  bytes: Uint8Array,
  { serial, nowMs }: { serial: number; nowMs: number },
): Uint8Array | undefined {
  const frame = decodeFrame(bytes);
  if (!frame.ok) return undefined;
  const label = timeLabel(nowMs);
  const adu = Uint8Array.from(frame.value.adu);
  const [type = 0, count = 0] = adu;
  if (LABELLED.has(type) && count > 0) {
    const size = (adu.length - 2) / count;
    for (let n = 1; n <= count; n++) adu.set(label, 2 + n * size - label.length);
  }
  return encodeFrame({ ...frame.value, serial, time: label, adu });
}

/** The payload with `last_seen` of now, where it has one. */
export function payloadNow(payload: string, nowMs: number): string {
  return payload.replace(
    /("last_seen":)"[^"]*"/,
    (_all, key: string) => `${key}"${new Date(nowMs).toISOString()}"`,
  );
}

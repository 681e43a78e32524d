/**
 * Readings of many facilities, each batch in two forms with the same points: as a gateway sends it, and as a store gets it.
 *
 *   sent    vitals,device=vitals-5,resident=p-5,room=r5 heart_rate_bpm=65,... 1763719200123
 *   tagged  vitals,device=vitals-5,facility=bench-03,gateway=gw1,resident=p-5,room=r5 heart_rate_bpm=65,... 1763719200123
 *
 * A batch holds a few readings of each of the gateway's devices; the same with a later time are new points.
 */
import { MAX_BATCH_BYTES } from "@anhu/core/wire";
import type { GatewayAddress } from "@anhu/core/wire";

export interface Chunk {
  readonly sent: Template;
  readonly tagged: Template;
  readonly n: number;
  /** Of `tagged`: three offsets for each line, behind its series, its fields and itself. */
  readonly marks: Int32Array;
}

interface Template {
  readonly bytes: Buffer;
  /** Where the 13 digits of each line's time stand. */
  readonly times: readonly number[];
}

export const GATEWAYS = 32;
/** As many as a home of 40 beds has. */
const DEVICES = 120;
/** Between two readings of a device. */
const STEP_MS = 1000;
/** Longer than the readings of a batch take. */
export const BATCH_MS = 5 * STEP_MS;
/** Left in a batch for its header line, as the edge does. */
const HEADER_BYTES = 256;
/** Every one of a kind's fields stands on each of its points, so that one of them counts the points. */
const KINDS: readonly (readonly [kind: string, fields: (i: number) => string])[] = [
  [
    "vitals",
    (i) =>
      `heart_rate_bpm=${60 + (i % 30)},spo2_pct=${92 + (i % 8)},skin_temperature_c=36.${i % 10},worn=true`,
  ],
  ["occupancy", (i) => `present=${i % 2 === 0},moving=${i % 3 === 0},distance_m=${1 + (i % 5)}.25`],
  ["smoke", (i) => `alarm=false,test=false,obscuration_pct=0.${i % 10}`],
  ["climate", (i) => `temperature_c=2${i % 10}.5,humidity_pct=${40 + (i % 20)}`],
  ["device", (i) => `battery_pct=${50 + (i % 50)},link_quality=${100 + (i % 155)}`],
];

/** Name of each kind and a field that every one of its points has. */
export const COUNTED = [
  ["vitals", "heart_rate_bpm"],
  ["occupancy", "distance_m"],
  ["smoke", "obscuration_pct"],
  ["climate", "temperature_c"],
  ["device", "battery_pct"],
] as const;

export function addressOf(gateway: number): GatewayAddress {
  return { facility: `bench-${String(gateway).padStart(2, "0")}`, gateway: "gw1" };
}

/** As many lines as a batch of this gateway holds. */
export function chunkOf(address: GatewayAddress): Chunk {
  const lines: Line[] = [];
  for (let bytes = 0; ;) {
    const line = lineOf(lines.length % DEVICES, address);
    bytes += line.sent.length;
    if (bytes > MAX_BATCH_BYTES - HEADER_BYTES) break;
    lines.push(line);
  }
  return {
    sent: template(lines.map((line) => line.sent)),
    tagged: template(lines.map((line) => line.tagged)),
    n: lines.length,
    marks: marksOf(lines),
  };
}

/** A copy whose first readings are of the given time, UTC ms. */
export function stamped({ bytes, times }: Template, at: number): Buffer {
  const copy = Buffer.from(bytes);
  let digits = Buffer.alloc(0);
  for (const [line, time] of times.entries()) {
    if (line % DEVICES === 0) digits = Buffer.from(String(at + (line / DEVICES) * STEP_MS));
    digits.copy(copy, time);
  }
  return copy;
}

interface Line {
  readonly sent: string;
  readonly tagged: string;
  /** Where the series and the fields of `tagged` end. */
  readonly series: number;
  readonly fields: number;
}

const TIME = "0".repeat(13);

function lineOf(device: number, { facility, gateway }: GatewayAddress): Line {
  const [kind = "", fields] = KINDS[device % KINDS.length] ?? [];
  const id = `device=${kind}-${device}`;
  const resident = kind === "vitals" ? `,resident=p-${device}` : "";
  const values = fields?.(device) ?? "";
  const series = `${kind},${id},facility=${facility},gateway=${gateway}${resident},room=r${device}`;
  return {
    sent: `${kind},${id}${resident},room=r${device} ${values} ${TIME}\n`,
    tagged: `${series} ${values} ${TIME}\n`,
    series: series.length,
    fields: series.length + 1 + values.length,
  };
}

function template(lines: readonly string[]): Template {
  const times: number[] = [];
  let end = 0;
  for (const line of lines) {
    end += line.length;
    times.push(end - 1 - TIME.length);
  }
  return { bytes: Buffer.from(lines.join("")), times };
}

function marksOf(lines: readonly Line[]): Int32Array {
  let start = 0;
  const marks = lines.flatMap(({ tagged, series, fields }) => {
    const mark = [start + series, start + fields, start + tagged.length];
    start += tagged.length;
    return mark;
  });
  return Int32Array.from(marks);
}

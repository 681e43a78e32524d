/**
 * Readings of many facilities, each chunk in two forms with the same points: as a gateway sends it, and as a store gets it.
 *
 *   sent    vitals,device=vitals-7,resident=p-7,room=r7 heart_rate_bpm=61,... 1763719200123
 *   tagged  vitals,device=vitals-7,facility=bench-03,gateway=gw1,resident=p-7,room=r7 heart_rate_bpm=61,... 1763719200123
 *
 * A gateway's devices are divided into chunks that fill a batch; the same chunk with another time is new points.
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

export const GATEWAYS = 16;
/** Chunks per gateway; together some 10,000 series, as a region's homes have. */
const CHUNKS = 2;
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

/** All chunks of a gateway. */
export function chunksOf(address: GatewayAddress): readonly Chunk[] {
  let device = 0;
  return Array.from({ length: CHUNKS }, () => {
    const lines: { sent: string; tagged: string; series: number; fields: number }[] = [];
    let bytes = 0;
    for (;;) {
      const line = lineOf(device, address);
      bytes += line.sent.length;
      if (bytes > MAX_BATCH_BYTES - HEADER_BYTES) break;
      lines.push(line);
      device += 1;
    }
    return {
      sent: template(lines.map((line) => line.sent)),
      tagged: template(lines.map((line) => line.tagged)),
      n: lines.length,
      marks: marksOf(lines),
    };
  });
}

/** A copy with the given time, UTC ms. */
export function stamped({ bytes, times }: Template, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const digits = Buffer.from(String(at));
  for (const time of times) digits.copy(copy, time);
  return copy;
}

const TIME = "0".repeat(13);

function lineOf(device: number, { facility, gateway }: GatewayAddress) {
  const [kind = "", fields] = KINDS[device % KINDS.length] ?? [];
  const id = `device=${kind}-${device}`;
  const resident = kind === "vitals" ? `,resident=p-${device}` : "";
  const values = fields?.(device) ?? "";
  const series = `${kind},${id},facility=${facility},gateway=${gateway}${resident},room=r${device % 300}`;
  return {
    sent: `${kind},${id}${resident},room=r${device % 300} ${values} ${TIME}\n`,
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

function marksOf(lines: readonly { tagged: string; series: number; fields: number }[]): Int32Array {
  let start = 0;
  const marks = lines.flatMap(({ tagged, series, fields }) => {
    const mark = [start + series, start + fields, start + tagged.length];
    start += tagged.length;
    return mark;
  });
  return Int32Array.from(marks);
}

import type { Line } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import { startRadar } from "../ld2410/index.ts";
import type { Wire } from "../wire/index.ts";
import type { End } from "./end.ts";

export interface RadarEndOptions {
  readonly line: Line;
  readonly wire: Wire;
  readonly journal: Journal;
  readonly clock: Clock;
  /** How many times faster than once a second it reports; the real one goes to ten. */
  readonly rate: number;
}

/** A presence radar at the end of a line: `occupancy` is what it sees from the next report on. */
export function openRadar(options: RadarEndOptions): End & { close(): void } {
  const { line, wire, journal, clock, rate } = options;
  const radar = startRadar({
    wire,
    clock,
    journal,
    device: line.id,
    intervalMs: Math.max(100, 1000 / rate),
  });
  return {
    report(_device, { fields }) {
      const { present, moving, distance_m } = fields;
      const cm = typeof distance_m === "number" ? Math.round(distance_m * 100) : 0;
      radar.see({
        moving: moving === true,
        movingCm: cm,
        movingEnergy: moving === true ? 70 : 0,
        still: present === true && moving !== true,
        stillCm: cm,
        stillEnergy: present === true ? 55 : 0,
      });
    },
    close: () => radar.stop(),
  };
}

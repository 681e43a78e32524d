import type { Device, Facility } from "@anhu/core/facility";
import type { FieldValue, Kind } from "@anhu/core/points";
import type { Clock } from "@anhu/core/time";
import { between, chance } from "../world/chance.ts";
import type { Plant } from "./index.ts";

/** Real alarms at random: the journal is the ground truth that stores are compared with. */
export interface StormOptions {
  readonly facility: Facility;
  readonly plant: Plant;
  readonly clock: Clock;
  readonly seed: number;
  /** Mean number of alarms begun in a minute. At most 20 last at once: a turn that finds more is left out. */
  readonly perMinute: number;
}

/** Starts the storm; the returned function ends it: alarms that last are taken back at once. */
export function startStorm(options: StormOptions): () => void {
  const { facility, plant, clock, seed, perMinute } = options;
  const targets = facility.devices.filter((device) => device.kind in ALARMS);
  const lasting = new Map<string, () => void>();
  let turn = 0;
  let cancel = next();

  function next(): () => void {
    // Times between independent events.
    const pause = -Math.log(1 - chance(seed, `storm/pause/${turn}`)) * (60_000 / perMinute);
    return clock.after(pause, () => {
      turn++;
      cancel = next();
      const device = targets[Math.floor(chance(seed, `storm/device/${turn}`) * targets.length)];
      if (device !== undefined && lasting.size < MOST && !lasting.has(device.id)) begin(device);
    });
  }

  function begin(device: Device): void {
    const alarm = ALARMS[device.kind];
    if (alarm === undefined || plant.held(device.line ?? "")) return;
    say(device, alarm.begin);
    const lastsMs = between(seed, `storm/lasts/${turn}`, [3_000, 15_000]);
    const timer = clock.after(lastsMs, end);
    lasting.set(device.id, end);

    function end(): void {
      timer();
      lasting.delete(device.id);
      if (alarm?.end !== undefined) say(device, alarm.end);
      if (device.line !== undefined) plant.play({ do: "reset", line: device.line });
    }
  }

  function say(device: Device, fields: Readonly<Record<string, FieldValue>>): void {
    plant.report(device.id, { kind: device.kind, fields, routine: false });
  }

  return () => {
    cancel();
    for (const end of lasting.values()) end();
  };
}

const MOST = 20;
const DETECTOR = { begin: { alarm: true }, end: { alarm: false } };

/** What an alarm of each kind says, at its begin and its end; a button says nothing when it is let go. */
const ALARMS: Partial<
  Record<
    Kind,
    {
      readonly begin: Readonly<Record<string, FieldValue>>;
      readonly end?: Readonly<Record<string, FieldValue>>;
    }
  >
> = {
  smoke: DETECTOR,
  heat: DETECTOR,
  call_point: DETECTOR,
  co: { begin: { alarm: true, co_ppm: 180 }, end: { alarm: false, co_ppm: 3 } },
  gas: { begin: { alarm: true, gas_lel_pct: 14 }, end: { alarm: false, gas_lel_pct: 1 } },
  fall: {
    begin: { fall: true, stage: "confirmed", impact_g: 3.2 },
    end: { fall: false, stage: "cancelled" },
  },
  sos: { begin: { pressed: true } },
};

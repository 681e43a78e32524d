import type { Device, Facility } from "@anhu/core/facility";
import type { FieldValue, Kind } from "@anhu/core/points";
import type { Clock } from "@anhu/core/time";
import { between, chance } from "../world/chance.ts";
import type { Step } from "../scenarios/index.ts";
import type { Plant } from "./index.ts";
import { watchReceipts } from "./receipts.ts";
import { wireNameOf } from "./routines.ts";

/** Real alarms at random: the journal is the ground truth that stores are compared with. */
export interface StormOptions {
  readonly facility: Facility;
  readonly plant: Plant;
  readonly clock: Clock;
  readonly seed: number;
  /** Mean number of turns in a minute; a turn whose device cannot begin an alarm now is left out. */
  readonly perMinute: number;
}

/**
 * Starts the storm; the returned function ends it: alarms that last are taken back at once.
 *
 * A panel keeps every fire until somebody resets it, and tells those that still burn again when he does. So fires behind a panel
 * come in runs of at most three, and it is reset when the last of a run is out. A gateway latches what other detectors show: when the
 * end of an alarm is confirmed, somebody turns the siren's reset key, and the device can begin another when that is confirmed too.
 */
export function startStorm({ facility, plant, clock, seed, perMinute }: StormOptions): () => void {
  const targets = facility.devices.filter((device) => Object.hasOwn(ALARMS, device.kind));
  /** What ends each alarm that lasts, by device. */
  const lasting = new Map<string, () => void>();
  const receipts = watchReceipts(plant);
  const key = resetKeyOf(facility);
  const runs = new Map<string, { begun: number; burning: number }>();
  let turn = 0;
  let cancel = next();

  function next(): () => void {
    // Pauses between independent events.
    const pauseMs = -Math.log(1 - chance(seed, `storm/pause/${turn}`)) * (60_000 / perMinute);
    return clock.after(pauseMs, () => {
      turn += 1;
      cancel = next();
      const device = targets[Math.floor(chance(seed, `storm/device/${turn}`) * targets.length)];
      if (device !== undefined && mayBegin(device)) begin(device);
    });
  }

  function mayBegin(device: Device): boolean {
    if (lasting.size >= MOST || lasting.has(device.id)) return false;
    if (plant.held(wireNameOf(device))) return false;
    return device.line === undefined || (runs.get(device.line)?.begun ?? 0) < RUN;
  }

  function begin(device: Device): void {
    const alarm = ALARMS[device.kind];
    if (alarm === undefined) return;
    const { line } = device;
    const run = line === undefined ? undefined : (runs.get(line) ?? { begun: 0, burning: 0 });
    if (run !== undefined && line !== undefined) {
      runs.set(line, run);
      run.begun += 1;
      run.burning += 1;
    }
    say(device, alarm.begin);
    const lastsMs = between(seed, `storm/lasts/${turn}`, alarm.lastsMs ?? [3_000, 15_000]);
    const stopTimer = clock.after(lastsMs, end);
    lasting.set(device.id, end);

    function end(): void {
      stopTimer();
      lasting.set(device.id, () => {});
      const free = () => lasting.delete(device.id);
      if (alarm?.end === undefined) return void free();
      const over = say(device, alarm.end);
      if (run === undefined || line === undefined) {
        const isLatched = alarm.latches === true && key !== undefined;
        const reset = () => isLatched && receipts.after(plant.play(key), free);
        if (isLatched) receipts.after(over, reset);
        else free();
        return;
      }
      free();
      run.burning -= 1;
      if (run.burning > 0) return;
      runs.delete(line);
      plant.play({ do: "reset", line });
    }
  }

  function say(device: Device, fields: Fields): ReturnType<Plant["report"]> {
    return plant.report(device.id, { kind: device.kind, fields, routine: false });
  }

  return () => {
    cancel();
    for (const end of lasting.values()) end();
    receipts.close();
  };
}

/** The reset key of the first siren (docs/protocols/native.md); it has no clock, so each turn counts. */
function resetKeyOf({ gateways }: Facility): Step | undefined {
  const topic = gateways.find(({ siren }) => siren !== undefined)?.siren?.topic;
  if (topic === undefined) return undefined;
  const identity = topic.split("/").at(-2) ?? "";
  const payload = JSON.stringify({ t: null, n: 0 });
  return {
    do: "publish",
    identity,
    topic: topic.replace(/\/set$/, "/reset"),
    payload,
    times: "recorded",
  };
}

/** Alarms that last at once. */
const MOST = 40;
/** Fires of a panel between two resets. */
const RUN = 3;

type Fields = Readonly<Record<string, FieldValue>>;

const DETECTOR = { begin: { alarm: true }, end: { alarm: false }, latches: true };

interface Alarm {
  readonly begin: Fields;
  readonly end?: Fields;
  readonly lastsMs?: readonly [number, number];
  /** The gateway keeps it until it is reset. */
  readonly latches?: boolean;
}

/** What an alarm of each kind says at its begin and its end. */
const ALARMS: Partial<Record<Kind, Alarm>> = {
  smoke: DETECTOR,
  heat: DETECTOR,
  call_point: DETECTOR,
  co: { begin: { alarm: true, co_ppm: 180 }, end: { alarm: false, co_ppm: 3 }, latches: true },
  gas: {
    begin: { alarm: true, gas_lel_pct: 14 },
    end: { alarm: false, gas_lel_pct: 1 },
    latches: true,
  },
  fall: {
    begin: { fall: true, stage: "confirmed", impact_g: 3.2 },
    end: { fall: false, stage: "cancelled" },
  },
  // A button says nothing when it is let go; pressed again soon it would be the same call.
  sos: { begin: { pressed: true }, lastsMs: [90_000, 120_000] },
};

import type { Device, Facility } from "@anhu/core/facility";
import { wireOf } from "@anhu/core/facility";
import type { FieldValue, Kind } from "@anhu/core/points";
import type { World } from "../world/index.ts";

/** What a device tells of an ordinary day, and how often. */
export interface Routine {
  readonly device: string;
  /** Line, bridge or native address: a held one keeps quiet. */
  readonly wire: string;
  readonly kind: Kind;
  /** Told at least so often. */
  readonly everyMs: number;
  /** Looked at so often, and told when it changed; absent: only every `everyMs`. */
  readonly checkMs?: number;
  /** `t`: UTC ms of the world. */
  readonly say: (t: number) => Readonly<Record<string, FieldValue>>;
}

/** The routines of every device of a facility: about 13 readings a second in the demo. */
export function routinesOf(facility: Facility, world: World): Routine[] {
  const radars = facility.gateways
    .flatMap((gateway) => gateway.lines)
    .filter((line) => line.driver === "ld2410")
    .map(({ id, room = "none" }): Routine => ({
      device: id,
      wire: id,
      kind: "occupancy",
      everyMs: SECOND,
      say: (t) => seenBy(world, room, t),
    }));
  const devices = facility.devices.flatMap((device) => {
    const wire = wireNameOf(device);
    const habits = HABITS[device.kind] ?? (device.source === undefined ? [] : [HERE]);
    return habits.map(({ kind = device.kind, say, ...often }): Routine => ({
      device: device.id,
      wire,
      kind,
      ...often,
      say: (t) => say({ world, device, t }),
    }));
  });
  return [...radars, ...devices];
}

/** The line, bridge or native address that a device speaks by: what `hold` names. */
export function wireNameOf(device: Device): string {
  return device.source === "native" ? device.address : wireOf(device);
}

interface Moment {
  readonly world: World;
  readonly device: Device;
  readonly t: number;
}

type Habit = Pick<Routine, "everyMs" | "checkMs"> & {
  /** Default: the device's own. */
  readonly kind?: Kind;
  readonly say: (moment: Moment) => Readonly<Record<string, FieldValue>>;
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A battery device says now and then that it is there. */
const HERE: Habit = { everyMs: 5 * MINUTE, say: () => ({}) };

const HEALTH: Habit = {
  kind: "device",
  everyMs: MINUTE,
  say: ({ world, device, t }) => ({
    battery_pct: Math.round(world.around(`${device.id}/battery`, t, { mean: 75, spread: 15 })),
    rssi_dbm: Math.round(world.around(`${device.id}/rssi`, t, { mean: -62, spread: 10 })),
  }),
};

/** By the declared kind; a panel watches its points without a habit of their own. */
const HABITS: Partial<Record<Kind, readonly Habit[]>> = {
  fall: [
    {
      kind: "vitals",
      everyMs: 5 * SECOND,
      say: ({ world, device, t }) => ({ ...world.vitals(device.resident ?? "", t), worn: true }),
    },
    HEALTH,
  ],
  bed: [
    {
      everyMs: MINUTE,
      checkMs: SECOND,
      say: ({ world, device, t }) => ({ occupied: world.person(device.resident ?? "", t).inBed }),
    },
    HEALTH,
  ],
  device: [HEALTH],
  heat: [measure("temperature_c", 30 * SECOND, { mean: 22, spread: 2 })],
  water: [measure("pressure_kpa", 15 * SECOND, { mean: 350, spread: 12 })],
  co: [measure("co_ppm", MINUTE, { mean: 1, spread: 1 })],
  gas: [measure("gas_lel_pct", MINUTE, { mean: 1, spread: 1 })],
  occupancy: [
    {
      everyMs: 5 * MINUTE,
      checkMs: 2 * SECOND,
      say: ({ world, device, t }) => ({ present: world.presence(device.room ?? "", t).moving }),
    },
  ],
  door: [
    {
      everyMs: 5 * MINUTE,
      checkMs: 2 * SECOND,
      say: ({ world, device, t }) => ({ open: world.doorOpen(device.id, t) }),
    },
  ],
};

function measure(
  field: string,
  everyMs: number,
  range: { readonly mean: number; readonly spread: number },
): Habit {
  return {
    everyMs,
    say: ({ world, device, t }) => ({ [field]: world.around(device.id, t, range) }),
  };
}

function seenBy(world: World, room: string, t: number): Record<string, FieldValue> {
  const { count, moving } = world.presence(room, t);
  if (count === 0) return { present: false, moving: false };
  const distance_m = world.around(`${room}/where`, t, { mean: 2, spread: 1.5 });
  return { present: true, moving, distance_m };
}

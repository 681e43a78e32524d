/**
 * From addresses on the wire to the facility's names.
 *
 *   declared                       its id, room and resident; its declared kind wins over the driver's guess
 *   undeclared, in alarm           the line's or source's own device, so that no alarm is lost for a missing entry
 *   undeclared otherwise           unknown_device
 */
import type { PanelReset, StampedPoint } from "@anhu/core/detection";
import type { FacilityIndex, KnownDevice } from "@anhu/core/facility";
import type { Kind, Point, Signal } from "@anhu/core/points";
import { fieldType } from "@anhu/core/points";

/** A point of a known device, not yet stamped. */
export type NamedPoint = Omit<StampedPoint, "at">;

export interface Named {
  readonly points: readonly NamedPoint[];
  /** Addresses that the facility file does not know. */
  readonly unknown: readonly string[];
  readonly slots: readonly (readonly [key: string, value: string | null])[];
}

export type Reset = PanelReset & Pick<Named, "slots">;

/** Undeclared addresses in alarm that are remembered per line; at the bound one more alarm still counts, its end does not. */
const REMEMBERED = 64;
const PREFIX = "edge/undeclared/";
/** The part of a panel that all undeclared addresses of one of its systems are together: `undeclared/1/1`. */
const UNDECLARED = "undeclared/";

/** Detectors of these kinds say the same thing about different causes: a panel may have the wrong one configured. */
const DETECTORS: readonly Kind[] = ["smoke", "heat", "call_point", "co", "gas", "electrical_fire"];

export class Names {
  readonly #index: FacilityIndex;
  /** By line: undeclared addresses in alarm. */
  readonly #undeclared = new Map<string, readonly string[]>();

  constructor(index: FacilityIndex, slots: Iterable<readonly [key: string, value: string]>) {
    this.#index = index;
    for (const [key, value] of slots) {
      if (!key.startsWith(PREFIX)) continue;
      this.#undeclared.set(key.slice(PREFIX.length), JSON.parse(value) as string[]);
    }
  }

  /** True for slots that belong here. */
  static owns(key: string): boolean {
    return key.startsWith(PREFIX);
  }

  /** Names the points of one message of a line or source. */
  name(wire: string, points: readonly Point[], signals: readonly Signal[]): Named {
    const named: NamedPoint[] = [];
    const unknown = new Set<string>();
    for (const point of points) {
      const device = this.#index.find(wire, point.device);
      if (device === undefined) unknown.add(point.device);
      else named.push(nameOf(point, device, device.id === wire ? point.device : undefined));
    }
    const line = this.#index.devices.get(wire);
    if (unknown.size === 0 || line === undefined)
      return { points: named, unknown: [...unknown], slots: [] };
    return { unknown: [...unknown], ...this.#attribute(line, { named, unknown, signals }) };
  }

  /** What a reset of a system (`1/1`) means: all behind it is reset, and undeclared addresses there are forgotten. Behind the line's own device (`uitd`) there is nothing. */
  reset(wire: string, address: string): Reset {
    const within = (other: string): boolean => other.startsWith(`${address}/`);
    const devices = [...this.#index.devices.values()]
      .filter((device) => device.line === wire && within(device.address))
      .map(({ id }) => id);
    const before = this.#undeclared.get(wire) ?? [];
    const after = before.filter((other) => !within(other));
    const parts = { device: wire, names: [address, UNDECLARED + address] };
    if (after.length === before.length) return { devices, parts, slots: [] };
    this.#undeclared.set(wire, after);
    return { devices, parts, slots: [slotOf(wire, after)] };
  }

  /**
   * At the start: addresses in alarm that the facility file has by now, or whose line it has no more, are the line's no longer. Their
   * device's next word is its own; what the line's device showed for them is over as far as its latch.
   */
  declared(): Pick<Named, "points" | "slots"> {
    const points: NamedPoint[] = [];
    const slots: (readonly [key: string, value: string | null])[] = [];
    for (const [wire, before] of this.#undeclared) {
      const line = this.#index.devices.get(wire);
      const after = before.filter((address) => this.#index.find(wire, address) === undefined);
      if (line !== undefined && after.length === before.length) continue;
      this.#undeclared.set(wire, after);
      slots.push(slotOf(wire, after));
      const systems = new Set(before.map(systemOf)).difference(new Set(after.map(systemOf)));
      if (line === undefined) continue;
      const over: Point = { kind: "fire_panel", device: wire, fields: { fire: false }, at: null };
      for (const system of systems) points.push(nameOf(over, line, UNDECLARED + system));
    }
    return { points, slots };
  }

  slots(): (readonly [key: string, value: string])[] {
    return [...this.#undeclared].map(([line, addresses]) => slotOf(line, addresses));
  }

  /** The line's own device is in alarm as long as any undeclared address on it is. */
  #attribute(
    line: KnownDevice,
    message: { named: NamedPoint[]; unknown: ReadonlySet<string>; signals: readonly Signal[] },
  ): Pick<Named, "points" | "slots"> {
    const alarms = message.signals.filter(
      (signal) => signal.class === "alarm" && message.unknown.has(signal.device),
    );
    const before = this.#undeclared.get(line.id) ?? [];
    let after = before;
    for (const { device, active } of alarms) {
      after = after.filter((address) => address !== device);
      if (active) after = [...after, device].slice(-REMEMBERED);
    }
    const points = [...message.named];
    for (const system of new Set(alarms.map(({ device }) => systemOf(device)))) {
      const isOf = (address: string): boolean => systemOf(address) === system;
      const fire = alarms.some(({ device, active }) => active && isOf(device)) || after.some(isOf);
      if (!fire && !before.some(isOf)) continue;
      const alarm: Point = { kind: "fire_panel", device: line.id, fields: { fire }, at: null };
      points.push(nameOf(alarm, line, UNDECLARED + system));
    }
    if (points.length === message.named.length) return { points, slots: [] };
    this.#undeclared.set(line.id, after);
    return { points, slots: [slotOf(line.id, after)] };
  }
}

/** `1/1` of `1/1/0x0002000a`; all of a source are one. */
function systemOf(address: string): string {
  return address.split("/").slice(0, -1).join("/");
}

function slotOf(line: string, addresses: readonly string[]): readonly [key: string, value: string] {
  return [PREFIX + line, JSON.stringify(addresses)];
}

/** `part`: several systems of a panel are one device here, and none of them ends what another has shown. */
function nameOf({ kind, fields }: Point, device: KnownDevice, part?: string): NamedPoint {
  const { id, room, resident } = device;
  const wins =
    DETECTORS.includes(kind) &&
    DETECTORS.includes(device.kind) &&
    Object.keys(fields).every((field) => fieldType(device.kind, field) === fieldType(kind, field));
  return {
    kind: wins ? device.kind : kind,
    device: id,
    room,
    ...(resident === undefined ? {} : { resident }),
    ...(part === undefined ? {} : { part }),
    fields,
  };
}

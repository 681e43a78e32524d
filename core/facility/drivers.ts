import type { Kind } from "../points/index.ts";

/** What a facility file may name as driver of a line, and what stands at the line's end. */
export interface LineDriver {
  /** The kind of the line's own device, whose id is the line's. */
  readonly kind: Kind;
  /** Addresses that mean the line's own device when no declared device has them. */
  readonly own: RegExp;
  /** true: the panel at its end watches its components itself, which speak only when something changes. */
  readonly watchesComponents: boolean;
}

export const LINE_DRIVERS: ReadonlyMap<string, LineDriver> = new Map([
  // `uitd` is the transmission device itself, `type/address` a system behind it (GB/T 26875.3-2011, 8.2.1, table 4).
  ["gb26875", { kind: "fire_panel", own: /^(uitd|\d+\/\d+)$/, watchesComponents: true }],
  ["ld2410", { kind: "occupancy", own: /^/, watchesComponents: false }],
]);

/** What a facility file may name as driver of an MQTT source, and which addresses mean the source's own device. */
export const SOURCE_DRIVERS: ReadonlyMap<string, { readonly own: RegExp }> = new Map([
  ["zigbee2mqtt", { own: /^bridge$/ }],
  ["native", { own: /^(?!)/ }],
]);

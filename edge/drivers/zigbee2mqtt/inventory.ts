/** What a Zigbee2MQTT bridge says about its devices (topic `bridge/devices`): model, units and words of each property. */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import { isObject } from "../json.ts";

/** How a device says one property; all undefined when it does not tell. */
export interface Expose {
  readonly unit: string | undefined;
  readonly on: unknown;
  readonly off: unknown;
}

interface KnownDevice {
  readonly model: string;
  readonly exposes: ReadonlyMap<string, Expose>;
}

/** By friendly name. */
export type Inventory = ReadonlyMap<string, KnownDevice>;

/** A Zigbee network has at most a few hundred devices; what is above the bound decodes without the inventory's help. */
const MAX_DEVICES = 1000;
const MAX_EXPOSES = 500;

/** Reads `bridge/devices`. Fails with `bad_shape` when it is no array; entries without name or definition are left out. */
export function readInventory(value: unknown): Result<Inventory> {
  if (!Array.isArray(value)) return refuse("bad_shape", "bridge/devices is no array");
  const inventory = new Map<string, KnownDevice>();
  for (const entry of value.slice(0, MAX_DEVICES)) {
    if (!isObject(entry) || typeof entry["friendly_name"] !== "string") continue;
    const definition = entry["definition"];
    if (!isObject(definition)) continue;
    const exposes = new Map<string, Expose>();
    collect(definition["exposes"], exposes);
    inventory.set(entry["friendly_name"], { model: String(definition["model"]), exposes });
  }
  return ok(inventory);
}

/** Exposes of a device nest: a switch or climate has its properties in `features`. */
function collect(list: unknown, into: Map<string, Expose>, depth = 0): void {
  if (!Array.isArray(list) || depth > 4) return;
  for (const entry of list) {
    if (!isObject(entry) || into.size >= MAX_EXPOSES) continue;
    const { property, unit, value_on: on, value_off: off } = entry;
    if (typeof property === "string") {
      into.set(property, { unit: typeof unit === "string" ? unit : undefined, on, off });
    }
    collect(entry["features"], into, depth + 1);
  }
}

import type { Facility } from "@anhu/core/facility";

/** Whether a facility file has a gateway no more, or never had it. Without a file nobody knows: false. */
export function isRemoved(facility: Facility | undefined, gateway: string): boolean {
  return facility !== undefined && facility.gateways.every(({ id }) => id !== gateway);
}

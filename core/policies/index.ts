export type * from "./model.ts";
export type { Occasion } from "./choose.ts";
export { choosePolicy, isWithin, minuteOf } from "./choose.ts";

import { CARE_POLICIES } from "./care.ts";
import { EQUIPMENT_POLICIES } from "./equipment.ts";
import { FIRE_POLICIES } from "./fire.ts";
import type { PolicySet } from "./model.ts";

/** Every set that a facility file may name. */
export const POLICY_SETS: readonly PolicySet[] = [
  { id: "default", policies: [...FIRE_POLICIES, ...CARE_POLICIES, ...EQUIPMENT_POLICIES] },
];

/** The set of this name; undefined: there is none. */
export function policySet(id: string): PolicySet | undefined {
  return POLICY_SETS.find((set) => set.id === id);
}

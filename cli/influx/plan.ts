/** What an InfluxDB of ours has: how long readings stay, and which roll-ups are made of them. Data, alike for 1.x and 2.x. */
import { createHash } from "node:crypto";
import type { FieldType } from "@anhu/core/points";
import { KINDS, RESPONSE_MEASUREMENTS } from "@anhu/core/points";

/** Records of fire alarms are kept for a year at least (DOMAIN.md, 2.1); assumption: 400 days, so that a year can be compared with the one before its end. */
export const RETENTION_DAYS = 400;

/**
 * Files are kept for five years after the service ends (Measures for elderly-care institutions, article 32). assumption: hourly figures
 * count as files, five years from the reading; what stands in the ledger is kept for ever.
 */
export const HOURLY_DAYS = 5 * 365 + 2;

/** Name of the retention policy, and behind the bucket's name, of what holds the roll-ups. */
export const HOURLY = "hourly";

/**
 * How far back an hourly run looks. assumption: a gateway that was cut off for longer sends its history too late for the roll-ups; its
 * readings themselves are all there.
 */
export const LOOK_BACK_HOURS = 24;

export interface RollUp {
  readonly measurement: string;
  readonly fields: readonly string[];
}

export const FUNCTIONS = ["mean", "min", "max"] as const;

/** One per measurement with numbers that are worth an hour's mean. */
export function rollUps(): RollUp[] {
  return Object.entries({ ...KINDS, ...RESPONSE_MEASUREMENTS })
    .map(([measurement, { fields }]) => ({ measurement, fields: numbersOf(fields) }))
    .filter(({ fields }) => fields.length > 0);
}

/** Tells one definition of a roll-up from another: eight hex digits that its name ends with. */
export function fingerprint(definition: string): string {
  return createHash("sha256").update(definition).digest("hex").slice(0, 8);
}

/** A change of plus or minus one has no mean. */
const NOT_ROLLED_UP: readonly string[] = ["open_change"];

function numbersOf(fields: Readonly<Record<string, FieldType | "text">>): string[] {
  return Object.entries(fields)
    .filter(([name, type]) => type === "number" && !NOT_ROLLED_UP.includes(name))
    .map(([name]) => name);
}

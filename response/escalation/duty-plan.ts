/** When the duty room is asked. Pure but for chance. */
import type { Facility } from "@anhu/core/facility";
import { isWithin, minuteOf } from "@anhu/core/policies";
import type { DutyCheck } from "../store/duty-checks.ts";
import { localDay, rosterAt } from "./roster.ts";

/** assumption: as often as a night patrol at the least (GB/T 40248, local rules); a shift is a night's when it covers 03:00. */
const CHECKS = 2;
const NIGHT = minuteOf("03:00");
const MINUTE_MS = 60_000;
/** Each half of what is left of the shift has one check, not in its last fifth: so they are apart. */
const SPREAD = 0.8;
/** What is left of a shift and shorter is not asked in. */
const LEAST_MS = 60 * MINUTE_MS;

export type Planned = Pick<DutyCheck, "id" | "facility" | "shift" | "due_at">;

/** The checks of the night shift that is on duty, from now to its end; none by day, or where nobody sits in a duty room. */
export function planOf(
  file: Facility,
  { now, random }: { readonly now: number; readonly random: () => number },
): readonly Planned[] {
  const { shift, dutyRoom, changesAt, minute } = rosterAt(file, now);
  if (shift === null || changesAt === null || dutyRoom.length === 0) return [];
  if (!isWithin(NIGHT, shift.from, shift.to)) return [];
  const left = changesAt - now;
  if (left < LEAST_MS) return [];
  const { id: facility, timezone } = file.facility;
  const sinceBegin = (minute - minuteOf(shift.from) + 1_440) % 1_440;
  const day = localDay(timezone, now - sinceBegin * MINUTE_MS);
  const part = left / CHECKS;
  return Array.from({ length: CHECKS }, (_, n) => ({
    id: `${facility}.${day}.${shift.from.replace(":", "")}.${n + 1}`,
    facility,
    shift: shift.shift,
    due_at: Math.floor(now + n * part + random() * part * SPREAD),
  }));
}

/** Who is on duty at a moment, in the facility's own time zone. */
import type { Facility, Shift } from "@anhu/core/facility";
import { isWithin, minuteOf } from "@anhu/core/policies";
import type { Person } from "./model.ts";

export interface Roster {
  /** null: no shift is on duty. */
  readonly shift: Shift | null;
  /** On duty, in the order of the file. */
  readonly people: readonly Person[];
  readonly dutyRoom: readonly Person[];
  /** When this shift ends, or the next begins; UTC ms; null: never. */
  readonly changesAt: number | null;
  /** Minute of the day, 0-1439. */
  readonly minute: number;
}

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** The roster of a facility at `now`, UTC ms. A shift over midnight, and one on a day of 23 or 25 hours, ends at its time on the wall. */
export function rosterAt(facility: Facility | undefined, now: number): Roster {
  const zone = facility?.facility.timezone ?? "UTC";
  const minute = localMinute(zone, now);
  const rota = facility?.rota ?? [];
  const shift = rota.find(({ from, to }) => isWithin(minute, from, to)) ?? null;
  const roles = new Map(facility?.staff.map(({ id, role }) => [id, role]));
  const person = (id: string, otherwise: string) => ({
    person: id,
    role: roles.get(id) ?? otherwise,
  });
  const changes =
    shift === null
      ? rota.map(({ from }) => nextAt(zone, now, from))
      : [nextAt(zone, now, shift.to)];
  return {
    shift,
    people: shift?.people.map((id) => person(id, "carer")) ?? [],
    // Who sits in the duty room may stand in no staff list: the screen is before them.
    dutyRoom: shift?.duty_room?.map((id) => person(id, "duty-officer")) ?? [],
    changesAt: changes.length === 0 ? null : Math.min(...changes),
    minute,
  };
}

/** The next moment after `now` at which a clock in the zone shows "HH:MM" ("24:00" is midnight); UTC ms. */
export function nextAt(zone: string, now: number, time: string): number {
  const target = minuteOf(time) % DAY_MINUTES;
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const away = (at: number) => (target - localMinute(zone, at) + DAY_MINUTES) % DAY_MINUTES;
  const at = start + (away(start) || DAY_MINUTES) * MINUTE_MS;
  // A change of the clocks on the way moves it by the difference; a time that the change leaves out comes as much later.
  const off = away(at);
  const moved = at + (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS;
  return moved > now && away(moved) === 0 ? moved : at;
}

/** Minute of the day in a zone, 0-1439. */
function localMinute(zone: string, at: number): number {
  const { hour, minute } = localTime(zone, at);
  return hour * 60 + minute;
}

/** The day in a zone, "2026-11-22". */
export function localDay(zone: string, at: number): string {
  const { year, month, day } = localTime(zone, at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}`;
}

/** One per time zone that facilities are in: they are dear to make. */
const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(zone: string, at: number) {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  formats.set(zone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
  };
}

import type { Facility, StaffMember } from "@anhu/core/facility";
import { isLoopback } from "../phones/loopback.ts";

/** Staff ids of the people with a simulated phone whom an alarm concerns. */
export interface Cast {
  /** On duty on the floor of the room. */
  readonly carers: readonly string[];
  readonly dutyRoom: readonly string[];
  readonly heads: readonly string[];
  readonly fireLeads: readonly string[];
  readonly rescueCentres: readonly string[];
}

/** Who is concerned by an alarm in a room at a time (UTC ms). */
export function castOf(facility: Facility, room: string, at: number): Cast {
  const { staff, rota, places } = facility;
  const minute = minuteOfDay(at, facility.facility.timezone);
  const shift = rota.find(({ from, to }) => isWithin(minute, minutes(from), minutes(to)));
  const floor = places.find(({ id }) => id === room)?.in;
  const ids = (fits: (person: StaffMember) => boolean) =>
    staff.filter((person) => fits(person) && hasPhone(person)).map(({ id }) => id);
  return {
    carers: ids(
      ({ id, role, floor: own }) =>
        role === "carer" && own === floor && (shift?.people.includes(id) ?? false),
    ),
    dutyRoom: ids(({ id }) => shift?.duty_room?.includes(id) ?? false),
    heads: ids(({ role }) => role === "head"),
    fireLeads: ids(({ role }) => role === "fire-lead"),
    rescueCentres: ids(({ role }) => role === "rescue-centre"),
  };
}

function hasPhone({ channels }: StaffMember): boolean {
  return channels.some(({ webhook }) => webhook !== undefined && isLoopback(webhook));
}

function minuteOfDay(at: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return minutes(clock.format(at));
}

/** Of "HH:MM". */
function minutes(time: string): number {
  const [hour, minute] = time.split(":").map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

/** A shift may go over midnight. */
function isWithin(minute: number, from: number, to: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

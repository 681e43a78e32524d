import type { Group } from "../rules/index.ts";

/** The latest event of one group and scope. */
export interface OpenEvent {
  readonly id: string;
  readonly onset: number;
  /** When the last alarm was raised in it. */
  readonly last: number;
  /** Keys of its alarms that hold. */
  readonly active: readonly string[];
}

export interface Joining {
  readonly facility: string;
  readonly group: Group;
  /** What `scopeOf` said. */
  readonly scope: string;
  /** Key of the alarm that is raised. */
  readonly alarm: string;
  /** Its onset, UTC ms. */
  readonly at: number;
  /** Key of an alarm that explains this one: while that one holds in the event, this one joins however late. */
  readonly cause?: string;
}

/** Whom or what alerts are grouped around. */
export interface Scoped {
  readonly device: string;
  readonly room: string;
  readonly resident?: string;
  /** Line or source. */
  readonly wire?: string;
}

/** The scope's own name, which stands in the event's id. */
export function scopeOf(group: Group, subject: Scoped): string {
  if (group.scope === "facility") return "all";
  if (group.scope === "line") return subject.wire ?? subject.device;
  if (group.scope === "device") return subject.device;
  if (subject.resident !== undefined) return subject.resident;
  // Ids have no dot: a room or a device is nobody's namesake.
  return subject.room === "none" ? `device.${subject.device}` : `room.${subject.room}`;
}

/**
 * The event that a raised alarm belongs to: the latest one of its group and scope while any of its alarms holds and the last was
 * raised within the group's window (whichever way the clock went), else a new one. A window has an end so that one alarm
 * that nobody resets cannot swallow the next fire. Ids are `facility.group.scope.onset`, of `[a-z0-9.-]`, and never used twice.
 */
export function joinEvent(latest: OpenEvent | undefined, joining: Joining): OpenEvent {
  const { facility, group, scope, alarm, at } = joining;
  if (latest !== undefined && isOpen(latest, joining)) {
    return { ...latest, last: at, active: [...leaveEvent(latest, alarm).active, alarm] };
  }
  const onset = latest === undefined ? at : Math.max(at, latest.onset + 1);
  const id = `${facility}.${group.kind}.${scope}.${onset}`;
  return { id, onset, last: at, active: [alarm] };
}

/** The event after one of its alarms is over. */
export function leaveEvent(event: OpenEvent, alarm: string): OpenEvent {
  return { ...event, active: event.active.filter((key) => key !== alarm) };
}

function isOpen(event: OpenEvent, { at, cause, group }: Joining): boolean {
  if (cause !== undefined && event.active.includes(cause)) return true;
  return event.active.length > 0 && Math.abs(at - event.last) <= group.window_s * 1000;
}

import type { SignalClass } from "../points/index.ts";
import type { Severity } from "../states/index.ts";
import type { Match, Policy, PolicySet } from "./model.ts";

/** What a policy is chosen for. */
export interface Occasion {
  /** The policy that the incident's rule names. */
  readonly policy: string;
  readonly kind: string;
  readonly class: SignalClass;
  readonly severity: Severity;
  /** Minute of the day in the facility's time zone, 0-1439. */
  readonly minute: number;
  /** Ids and kinds of the place and of what it stands in. */
  readonly units: readonly string[];
}

/** The first policy that matches. Throws RangeError on a set whose last ones leave something open: no such set passes the tests. */
export function choosePolicy(set: PolicySet, occasion: Occasion): Policy {
  const policy = set.policies.find(({ match }) => matches(match, occasion));
  if (policy === undefined) throw new RangeError(`policies ${set.id}: none for ${occasion.policy}`);
  return policy;
}

/** Minute of the day of "HH:MM"; "24:00" is 1440. NaN for what is no time. */
export function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? Number.NaN) * 60 + (minutes ?? Number.NaN);
}

/** Whether a minute is within hours that may go over midnight; the same time twice is the whole day. */
export function isWithin(minute: number, from: string, to: string): boolean {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

function matches(match: Match, occasion: Occasion): boolean {
  const { policies, kinds, classes, severities, hours, units } = match;
  return (
    (policies?.includes(occasion.policy) ?? true) &&
    (kinds?.includes(occasion.kind) ?? true) &&
    (classes?.includes(occasion.class) ?? true) &&
    (severities?.includes(occasion.severity) ?? true) &&
    (hours === undefined || isWithin(occasion.minute, hours.from, hours.to)) &&
    (units?.some((unit) => occasion.units.includes(unit)) ?? true)
  );
}

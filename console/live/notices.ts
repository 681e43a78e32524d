/** What a person is told and asked on this page: a short list, worst and newest first, that only people and the end of an incident empty. */
import type { ConsoleNotice, IncidentState, Purpose, Severity } from "@anhu/response/api";

export interface Told {
  readonly notice: ConsoleNotice;
  /** Monotonic ms of this device. */
  readonly at: number;
}

export interface Notices {
  /** Worst first, then newest. */
  readonly open: readonly Told[];
  /** Deliveries that were put away here, the latest last: one that comes again is not shown again. */
  readonly away: readonly string[];
}

export const NO_NOTICES: Notices = { open: [], away: [] };

/** Beyond it the least urgent go: their incidents still stand in the list of alarms. */
const OPEN_LIMIT = 20;
const AWAY_LIMIT = 500;
/** A duty check may be answered for 10 minutes (response/escalation/texts.ts): after that it is on the screen and says nothing. */
const ASKED_MS = 600_000;
const RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };
/** A later one of these takes the place of an earlier one of the same incident. */
const ABOUT_COMING: readonly Purpose[] = ["call", "unanswered", "update", "stand_down"];

export function takeNotice(notices: Notices, notice: ConsoleNotice, at: number): Notices {
  const { open, away } = notices;
  if (away.includes(notice.delivery)) return notices;
  const same = open.find((told) => told.notice.delivery === notice.delivery);
  const replaced = open.filter((told) => told !== same && replaces(notice, told.notice));
  const kept = open.filter((told) => told !== same && !replaced.includes(told));
  const shown = { ...notice, purpose: same?.notice.purpose ?? purposeOf(notice, replaced) };
  const ordered = [...kept, { notice: shown, at: same?.at ?? at }].toSorted(byUrgency);
  return { open: ordered.slice(0, OPEN_LIMIT), away };
}

/** Puts notices away: answered, or read. */
export function putAway(notices: Notices, deliveries: readonly string[]): Notices {
  return {
    open: notices.open.filter(({ notice }) => !deliveries.includes(notice.delivery)),
    away: [...notices.away, ...deliveries].slice(-AWAY_LIMIT),
  };
}

/** An incident that is over asks nobody anything any more; what was told about its end stays until it is read. */
export function endOf(notices: Notices, incident: string, state: IncidentState): Notices {
  if (state !== "resolved" && state !== "closed") return notices;
  return putAway(
    notices,
    deliveriesOf(notices, incident, (one) => one.answer !== null),
  );
}

/** The person has answered to an incident on its own page. */
export function answered(notices: Notices, incident: string): Notices {
  return putAway(
    notices,
    deliveriesOf(notices, incident, () => true),
  );
}

/** Until when a question sounds that no incident stands for, monotonic ms; null: none does. */
export function askedUntil(notices: Notices): number | null {
  const asked = notices.open.filter(
    ({ notice }) =>
      notice.answer !== null && (notice.purpose === "duty_check" || notice.purpose === "prompt"),
  );
  return asked.length === 0 ? null : Math.max(...asked.map(({ at }) => at + ASKED_MS));
}

function deliveriesOf(
  { open }: Notices,
  incident: string,
  which: (notice: ConsoleNotice) => boolean,
): string[] {
  return open
    .filter(({ notice }) => notice.incident === incident && which(notice))
    .map(({ notice }) => notice.delivery);
}

function replaces(later: ConsoleNotice, earlier: ConsoleNotice): boolean {
  if (later.incident === null || later.incident !== earlier.incident) return false;
  if (later.purpose === "stand_down") return true;
  // An update says more and may ask nothing: the question before it must not go.
  if (later.purpose === "update" && later.answer === null && earlier.answer !== null) return false;
  return (
    later.purpose === earlier.purpose ||
    (ABOUT_COMING.includes(later.purpose) && ABOUT_COMING.includes(earlier.purpose))
  );
}

/** Who was called and has not answered is still called when more is told. */
function purposeOf({ purpose, answer }: ConsoleNotice, replaced: readonly Told[]): Purpose {
  if (purpose !== "update" || answer === null) return purpose;
  return replaced.find(({ notice }) => notice.answer !== null)?.notice.purpose ?? purpose;
}

function byUrgency(a: Told, b: Told): number {
  return (
    Number(a.notice.answer === null) - Number(b.notice.answer === null) ||
    RANK[a.notice.severity] - RANK[b.notice.severity] ||
    b.at - a.at
  );
}

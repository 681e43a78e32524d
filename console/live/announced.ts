/** An incident that is announced as unanswered: why, and what a page does that put the red screen away. Pure. */
import type { IncidentView } from "@anhu/response/api";
import { onIt } from "./on-it.ts";

/** `missed`: somebody promised and is not there. `refused`: some cannot come, nobody comes. `silent`: nobody has said anything. */
export type Why = "missed" | "refused" | "silent";

/** By incident the announcement that was put away on this page. */
export type PutAway = ReadonlyMap<string, number>;

/** Beyond it the earliest is forgotten: it covers once more. */
const LIMIT = 200;

export function whyUnanswered(incident: Pick<IncidentView, "people" | "state">): Why {
  if (onIt(incident).late.length > 0) return "missed";
  return incident.people.some(({ answer }) => answer === "cannot_come") ? "refused" : "silent";
}

/** What covers the page: all that were not put away since they were last announced. */
export function covering<T extends Pick<IncidentView, "id" | "people">>(
  open: readonly T[],
  away: PutAway,
): readonly T[] {
  return open.filter((one) => (away.get(one.id) ?? -1) < announcementOf(one));
}

export function withAway(away: PutAway, incident: Pick<IncidentView, "id" | "people">): PutAway {
  const others = [...away].filter(([id]) => id !== incident.id);
  return new Map([...others, [incident.id, announcementOf(incident)] as const].slice(-LIMIT));
}

/** Which announcement it is: each calls everybody in a round of its own. */
function announcementOf({ people }: Pick<IncidentView, "people">): number {
  return Math.max(0, ...people.map(({ round }) => round));
}

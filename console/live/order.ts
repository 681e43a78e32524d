/** The order in which live alarms stand: what needs a person first, then the worst, then the newest. */
import type { IncidentView, PersonCalled, Severity } from "@anhu/response/api";
import { wantsPeople } from "./sound.ts";

const RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

export function worstFirst<T extends IncidentView>(incidents: readonly T[]): T[] {
  return incidents.toSorted(
    (a, b) =>
      Number(a.drill) - Number(b.drill) ||
      Number(b.state === "unanswered") - Number(a.state === "unanswered") ||
      RANK[a.severity] - RANK[b.severity] ||
      Number(wantsPeople(b.state)) - Number(wantsPeople(a.state)) ||
      b.opened_at - a.opened_at,
  );
}

export function isLive({ state }: Pick<IncidentView, "state">): boolean {
  return state !== "resolved" && state !== "closed";
}

/** Whether somebody is called to it and has not answered. */
export function isCalled({ people }: Pick<IncidentView, "people">, person: string | null): boolean {
  return people.some(
    (one) => one.person === person && one.answer === null && one.arrived_at === null,
  );
}

/** People by their part: at the scene, coming, called, cannot. */
export function byPart(people: readonly PersonCalled[]): PersonCalled[] {
  const part = ({ arrived_at, answer }: PersonCalled): number => {
    if (arrived_at !== null) return 0;
    if (answer === "coming") return 1;
    return answer === "cannot_come" ? 3 : 2;
  };
  return people.toSorted((a, b) => part(a) - part(b) || a.called_at - b.called_at);
}

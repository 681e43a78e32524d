import type { IncidentView, PersonCalled } from "@anhu/response/api";
import { byPart } from "./order.ts";
import { wantsPeople } from "./sound.ts";

/** Who sees to an incident: at the scene, on the way, and who said so and is not there in time. Each person once. */
export interface OnIt {
  readonly arrived: readonly PersonCalled[];
  readonly coming: readonly PersonCalled[];
  readonly late: readonly PersonCalled[];
}

export function onIt({ people, state }: Pick<IncidentView, "people" | "state">): OnIt {
  const seen = new Set<string>();
  const each = byPart(people).filter(({ person }) => !seen.has(person) && seen.add(person));
  const arrived = each.filter(({ arrived_at }) => arrived_at !== null);
  const promised = each.filter(
    ({ arrived_at, answer }) => arrived_at === null && answer === "coming",
  );
  const late = arrived.length === 0 && wantsPeople(state);
  const missed = each.filter((one) => one.missed && one.arrived_at === null && one.answer === null);
  return { arrived, coming: late ? [] : promised, late: late ? [...promised, ...missed] : [] };
}

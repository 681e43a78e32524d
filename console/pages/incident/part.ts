/** What a called person does in an incident, as far as it is true in the state that it is in. Pure. */
import type { IncidentState, PersonCalled } from "@anhu/response/api";
import { isLive } from "../../live/order.ts";
import { wantsPeople } from "../../live/sound.ts";

/**
 * `waiting`: the answer is waited for. `spare`: none is needed for now, somebody else is on it. `late`: promised, and not there in time.
 * `missed`: promised, was not there in time, was called again and has not answered that. `released`: was on the way when it ended. `never`: it
 * ended without an answer.
 */
export type Part =
  | "arrived"
  | "coming"
  | "late"
  | "missed"
  | "released"
  | "here"
  | "cannot"
  | "waiting"
  | "spare"
  | "never";

export function partOf({ arrived_at, answer, missed }: PersonCalled, state: IncidentState): Part {
  if (arrived_at !== null) return "arrived";
  if (answer === "here") return "here";
  if (answer === "cannot_come") return "cannot";
  const over = !isLive({ state });
  // Who promised and is not there holds nobody back any more: the incident's state says so.
  if (answer === "coming") return over ? "released" : wantsPeople(state) ? "late" : "coming";
  if (missed) return "missed";
  return over ? "never" : wantsPeople(state) ? "waiting" : "spare";
}

/** One incident with all that is known of it, and what the one who asks may do now. */
import type { Principal } from "../access/model.ts";
import { hasRight } from "../access/rights.ts";
import type { IncidentAction, IncidentDetail, PersonCalled, TimelineEntry } from "../api/types.ts";
import { isOver } from "../incidents/model.ts";
import { incidentView } from "../incidents/view.ts";
import type { IncidentView } from "../incidents/view.ts";
import { listDeliveries } from "../store/deliveries.ts";
import { findIncidents, timelineOf } from "../store/reading.ts";
import { personsOfUsers } from "../store/users.ts";
import { deliveryView } from "./deliveries.ts";
import type { HttpOptions } from "./server.ts";

/** Entries shown per timeline, the earliest first, and deliveries, the newest first: the ledger and the list of deliveries have them all. */
const TIMELINE = 1_000;
const DELIVERIES = 200;
const USER = "user:";

/** Undefined: there is no such incident within the scope of who asks. */
export async function incidentDetail(
  { db, rules, steady }: Pick<HttpOptions, "db" | "rules" | "steady">,
  id: string,
  principal: Principal,
): Promise<IncidentDetail | undefined> {
  const { scope } = principal;
  const [incident] = await findIncidents(db, [id], scope);
  if (incident === undefined) return undefined;
  const view = incidentView(incident, rules, steady());
  const entries = await timelineOf(db, id, TIMELINE);
  const timeline = entries.map(({ entry }) => JSON.parse(entry) as TimelineEntry);
  const deliveries = await listDeliveries(db, { scope, incident: id, limit: DELIVERIES });
  const own = view.people.find(({ person }) => person === personOf(principal)) ?? null;
  return {
    ...view,
    timeline,
    deliveries: deliveries.map(deliveryView),
    actions: actionsOf(view, principal, own),
    own_call: own,
    accounts: await accountsOf(db, view, timeline),
  };
}

/** Who acted with an account, as the staff know that person. */
async function accountsOf(
  db: HttpOptions["db"],
  { facility, closed_by }: IncidentView,
  timeline: readonly TimelineEntry[],
): Promise<Readonly<Record<string, string>>> {
  const actors = [...timeline.map(({ actor }) => actor), closed_by ?? ""];
  const ids = actors.filter((actor) => actor.startsWith(USER)).map((one) => one.slice(USER.length));
  const persons = await personsOfUsers(db, facility, [...new Set(ids)]);
  return Object.fromEntries([...persons].map(([id, person]) => [USER + id, person]));
}

/** As whom somebody is called: the staff id, or the actor's name for who has none. */
export function personOf({ person, actor }: Principal): string {
  return person ?? actor;
}

/** Whether somebody may end an incident without having been there. */
export function manages({ role }: Principal): boolean {
  return role === "manager" || role === "administrator";
}

function actionsOf(
  { state, silenced_ms }: IncidentView,
  principal: Principal,
  own: PersonCalled | null,
): readonly IncidentAction[] {
  const { role } = principal;
  if (!hasRight(role, "incidents.act")) return [];
  const end = hasRight(role, "incidents.close") ? (["close"] as const) : [];
  if (isOver(state)) return state === "resolved" ? [...end, "note"] : ["note"];
  const there = own !== null && own.arrived_at !== null;
  return [
    ...(there || own?.answer === "coming" ? [] : (["acknowledge"] as const)),
    ...(there || own?.answer === "cannot_come" ? [] : (["cannot-come"] as const)),
    ...(there ? [] : (["arrive"] as const)),
    ...(there || manages(principal) ? (["resolve"] as const) : []),
    ...(silenced_ms === null ? (["silence"] as const) : []),
    "note",
  ];
}

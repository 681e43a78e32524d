/** One incident with all that is known of it, and what the one who asks may do now. */
import type { Principal } from "../access/model.ts";
import { hasRight } from "../access/rights.ts";
import type { IncidentAction, IncidentDetail, PersonCalled, TimelineEntry } from "../api/types.ts";
import { isOver } from "../incidents/model.ts";
import { incidentView } from "../incidents/view.ts";
import type { IncidentView } from "../incidents/view.ts";
import { listDeliveries } from "../store/deliveries.ts";
import { findIncidents, timelineOf } from "../store/reading.ts";
import { deliveryView } from "./deliveries.ts";
import type { HttpOptions } from "./server.ts";

/** Entries shown per timeline, the earliest first, and deliveries, the newest first: the ledger and the list of deliveries have them all. */
const TIMELINE = 1_000;
const DELIVERIES = 200;

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
  const timeline = await timelineOf(db, id, TIMELINE);
  const deliveries = await listDeliveries(db, { scope, incident: id, limit: DELIVERIES });
  const own = view.people.find(({ person }) => person === personOf(principal)) ?? null;
  return {
    ...view,
    timeline: timeline.map(({ entry }) => JSON.parse(entry) as TimelineEntry),
    deliveries: deliveries.map(deliveryView),
    actions: actionsOf(view, principal, own),
    own_call: own,
  };
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

import type { Name } from "@anhu/core/facility";
import type { SignalClass } from "@anhu/core/points";
import type { IncidentState, Severity } from "@anhu/core/states";
import type { PersonCalled } from "../api/types.ts";
import type { StoredIncident } from "../store/reading.ts";
import type { AlertRecord, RuleBook } from "./model.ts";

/** An incident as the API shows it (CONTRACTS.md, HTTP). Times: UTC ms. */
export interface IncidentView {
  readonly id: string;
  readonly facility: string;
  readonly kind: string;
  readonly class: SignalClass;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly drill: boolean;
  /** The gateways' time of the earliest onset. */
  readonly opened_at: number;
  /** Response's own time of the first message and of the last change. */
  readonly received_at: number;
  readonly changed_at: number;
  readonly room: string;
  readonly rule: string;
  readonly title: Name;
  readonly alerts: readonly AlertView[];
  /** How many there are; `alerts` shows the first 200. */
  readonly alert_count: number;
  /** Events of gateways that are this incident, the one that opened it first. */
  readonly events: StoredIncident["events"];
  /** Who was called, in the order of calling: the latest round of each. */
  readonly people: readonly PersonCalled[];
  /** When the sound may come back, ms from now; null: not silenced. */
  readonly silenced_ms: number | null;
  readonly cause: string | null;
  readonly closed_by: string | null;
}

type AlertView = Omit<AlertRecord, "facility" | "incident" | "alert"> & { readonly id: string };

/** `nowSteady`: response's steady time, ms. */
export function incidentView(
  incident: StoredIncident,
  rules: RuleBook,
  nowSteady: number,
): IncidentView {
  const { lead, silenced_until_steady: silenced } = incident;
  return {
    id: incident.id,
    facility: incident.facility,
    kind: lead.kind,
    class: lead.class,
    severity: lead.severity,
    state: incident.state,
    drill: incident.drill,
    opened_at: incident.opened_at,
    received_at: incident.received_at,
    changed_at: incident.changed_at,
    room: lead.room,
    rule: lead.rule,
    title: rules(lead.rule).title,
    alerts: incident.alerts.map(
      ({ alert: id, facility: _facility, incident: _incident, ...rest }) => ({ id, ...rest }),
    ),
    alert_count: incident.alert_count,
    events: incident.events,
    people: incident.people,
    silenced_ms: silenced === null ? null : Math.max(0, silenced - nowSteady),
    cause: incident.cause,
    closed_by: incident.closed_by,
  };
}

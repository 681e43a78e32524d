/**
 * What an alert message means for its incident. Pure, and made so that the order of arrival does not matter: an alert is cleared once
 * its `cleared` came, whether `raised` came before, after or never; severities and onsets join to the worst and the earliest.
 *
 *              new alert, active                               every alert cleared
 *   (none) ------------------------> raised ... people's states ------------------------> resolved -- cause --> closed
 *      |                                ^                 new alert, active                  |                    |
 *      |                                +----------------------------------------------------+--------------------+
 *      +--- its first message is a `cleared` -------------------------------------------> resolved
 *
 * What people add (notified, acknowledged, arrived, unanswered, closed) is escalation/'s.
 */
import type { SignalClass } from "@anhu/core/points";
import type { AlertMessage } from "@anhu/core/wire";
import { SEVERITIES } from "@anhu/core/states";
import { isOver } from "./model.ts";
import type { AlertRecord, Incident, Lead, LedgerDraft } from "./model.ts";

export interface Situation {
  readonly message: AlertMessage;
  readonly facility: string;
  readonly gateway: string;
  /** Who says so in the ledger. */
  readonly actor: string;
  /** The incident that the message's event belongs to, and what is known of it; null: the message opens it. */
  readonly incidentId: string;
  readonly incident: Incident | null;
  /** The alert as known; null: this is its first message. */
  readonly alert: AlertRecord | null;
  /** Other alerts of the incident that have not cleared. */
  readonly othersActive: number;
  readonly kind: string;
  readonly scope: string;
  /** Response's wall clock, UTC ms. */
  readonly now: number;
}

export interface Decision {
  readonly incident: Incident;
  readonly alert: AlertRecord;
  /** In the order in which they go to the log. */
  readonly entries: readonly LedgerDraft[];
}

/** Decides on a message that was not seen before: the same one twice is the store's to refuse. */
export function decide(situation: Situation): Decision {
  const { incident: before, message, actor, incidentId } = situation;
  const alert = joinAlert(situation);
  const active = alert.cleared_at === null || situation.othersActive > 0;
  const incident = joinIncident(situation, stateOf(before?.state, active));
  const entries: LedgerDraft[] = [
    { actor, type: `alert_${message.phase}`, data: factOf(situation, alert) },
  ];
  const tell = (type: string) =>
    entries.push({ actor: "response", type, data: { incident: incidentId } });
  if (before === null) tell("incident_opened");
  if (before !== null && isOver(before.state) && active) tell("incident_reopened");
  if ((before === null || !isOver(before.state)) && !active) tell("incident_resolved");
  return { incident, alert, entries };
}

/** People's states stand as long as an alert does; one that comes after the end raises it anew. */
function stateOf(before: Incident["state"] | undefined, active: boolean): Incident["state"] {
  if (!active) return before === "closed" ? "closed" : "resolved";
  return before === undefined || isOver(before) ? "raised" : before;
}

const CLASSES: readonly SignalClass[] = ["alarm", "care", "health", "supervisory", "trouble"];

function joinAlert({ message, alert: before, ...rest }: Situation): AlertRecord {
  const at = (phase: AlertMessage["phase"], known: number | null | undefined) =>
    message.phase === phase ? Math.max(message.at, known ?? message.at) : (known ?? null);
  const { device, room, resident } = message.subject;
  return {
    facility: rest.facility,
    gateway: rest.gateway,
    alert: message.id,
    event: before?.event ?? message.event,
    incident: rest.incidentId,
    rule: message.rule,
    class: worse(CLASSES, before?.class, message.class),
    severity: worse(SEVERITIES, before?.severity, message.severity),
    device,
    // Who tells of its end may not know any more where it was.
    room: before?.room ?? room,
    resident: before === null ? (resident ?? null) : before.resident,
    onset: message.onset,
    drill: message.drill && before?.drill !== false,
    raised_at: at("raised", before?.raised_at),
    updated_at: at("updated", before?.updated_at),
    cleared_at: at("cleared", before?.cleared_at),
  };
}

function joinIncident(situation: Situation, state: Incident["state"]): Incident {
  const { incident: before, message, now } = situation;
  return {
    id: situation.incidentId,
    facility: situation.facility,
    state,
    drill: message.drill && before?.drill !== false,
    opened_at: Math.min(message.onset, before?.opened_at ?? message.onset),
    last_onset: Math.max(message.onset, before?.last_onset ?? message.onset),
    lead: graver(before?.lead, leadOf(situation)),
    scope: before?.scope ?? situation.scope,
    received_at: before?.received_at ?? now,
    changed_at: now,
    cause: state === "closed" ? (before?.cause ?? null) : null,
    closed_by: state === "closed" ? (before?.closed_by ?? null) : null,
  };
}

function leadOf({ message, kind }: Situation): Lead {
  const { id: alert, rule, class: signal, severity, subject, onset } = message;
  return { alert, rule, kind, class: signal, severity, room: subject.room, onset };
}

/** The alert that an incident is named after: of the gravest class, then severity, then the earliest. */
export function graver(known: Lead | undefined, other: Lead): Lead {
  if (known === undefined) return other;
  const order =
    CLASSES.indexOf(known.class) - CLASSES.indexOf(other.class) ||
    SEVERITIES.indexOf(known.severity) - SEVERITIES.indexOf(other.severity) ||
    known.onset - other.onset ||
    (known.alert < other.alert ? -1 : 1);
  return order <= 0 ? known : other;
}

/** `order` names the gravest first. */
function worse<T>(order: readonly T[], known: T | undefined, other: T): T {
  if (known === undefined) return other;
  return order.indexOf(known) <= order.indexOf(other) ? known : other;
}

/** A gateway that clears an alert for another reason than its sensor may have lost what it was: that stands as it was told before. */
function factOf({ message, incidentId }: Situation, alert: AlertRecord): LedgerDraft["data"] {
  const { id, rule, subject, at, onset, clock, reason } = message;
  const { room, resident = null } = subject;
  const { event, class: signal, severity, drill } = reason === undefined ? message : alert;
  const where = reason === undefined ? { room, resident } : alert;
  return {
    incident: incidentId,
    event,
    alert: id,
    rule,
    class: signal,
    severity,
    device: subject.device,
    room: where.room,
    ...(where.resident === null ? {} : { resident: where.resident }),
    at,
    onset,
    drill,
    clock: clock.source,
    ...(reason === undefined ? {} : { reason }),
  };
}

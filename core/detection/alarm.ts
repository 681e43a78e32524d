import { joinEvent, leaveEvent, scopeOf } from "../grouping/index.ts";
import type { Point } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Alert, AlertPhase, Severity } from "../wire/index.ts";
import type { AlarmSlot } from "./model.ts";
import type { Step } from "./step.ts";
import { alarmAt, alarmKey, eventAt } from "./step.ts";

/** What brings a rule into alarm. */
export interface Cause {
  readonly rule: Rule;
  readonly subject: Alert["subject"];
  readonly at: number;
  readonly severity: Severity;
  readonly evidence: readonly Point[];
  readonly signs: AlarmSlot["signs"];
  /** Line or source of the device. */
  readonly wire?: string;
}

/**
 * Raises a rule on a device and joins its event. The onset, and with it the id `facility/device/rule/onset`, is the time of the cause;
 * one millisecond after the last onset where the clock would give the same id twice.
 */
export function raise(step: Step, cause: Cause): void {
  const { rule, subject, at, severity, wire } = cause;
  const key = alarmKey(rule.id, subject.device);
  const last = alarmAt(step, key);
  const onset = last !== undefined && at <= last.onset ? last.onset + 1 : at;
  const scope = scopeOf(rule.group, wire === undefined ? subject : { ...subject, wire });
  const group = `event|${rule.group.kind}|${scope}`;
  const event = joinEvent(eventAt(step, group), {
    facility: step.model.facility,
    group: rule.group,
    scope,
    alarm: key,
    at: onset,
    ...(wire !== undefined && rule.group.scope === "line"
      ? { cause: alarmKey(rule.id, wire) }
      : {}),
  });
  const slot: AlarmSlot = {
    t: "alarm",
    active: true,
    onset,
    event: event.id,
    group,
    severity,
    subject,
    told: at,
    signs: cause.signs,
  };
  step.changes.set(group, { t: "event", ...event });
  step.changes.set(key, slot);
  tell(step, { rule, slot, phase: "raised", at, evidence: cause.evidence });
}

/** Ends an alarm, and its part in the event. `slot` is the alarm as it stood. */
export function clear(
  step: Step,
  rule: Rule,
  end: { slot: AlarmSlot; at: number; evidence: readonly Point[] },
): void {
  const { slot, at, evidence } = end;
  const key = alarmKey(rule.id, slot.subject.device);
  const event = eventAt(step, slot.group);
  if (event?.id === slot.event) {
    step.changes.set(slot.group, { t: "event", ...leaveEvent(event, key) });
  }
  const signs = Object.fromEntries(
    Object.entries(slot.signs).map(([kind, sign]) => [kind, { ...sign, now: null }]),
  );
  step.changes.set(key, { ...slot, active: false, signs });
  tell(step, { rule, slot, phase: "cleared", at, evidence });
}

export interface Telling {
  readonly rule: Rule;
  readonly slot: AlarmSlot;
  readonly phase: AlertPhase;
  readonly at: number;
  readonly evidence: readonly Point[];
}

/** Adds an alert about an alarm as it stands in `slot`. */
export function tell(step: Step, { rule, slot, phase, at, evidence }: Telling): void {
  step.alerts.push({
    id: `${step.model.facility}/${slot.subject.device}/${rule.id}/${slot.onset}`,
    event: slot.event,
    rule: rule.id,
    phase,
    class: rule.class,
    severity: slot.severity,
    subject: slot.subject,
    at,
    onset: slot.onset,
    drill: false,
    evidence,
  });
}

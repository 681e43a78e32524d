import { joinEvent, leaveEvent, scopeOf } from "../grouping/index.ts";
import type { Point } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Severity } from "../states/index.ts";
import type { Alert, AlertPhase, ClearReason } from "../wire/index.ts";
import type { AlarmSlot, Origin } from "./model.ts";
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
  /** Its device is in test mode. */
  readonly drill: boolean;
  /** Line or source of the device. */
  readonly wire?: string;
  /** What shows it; absent: silence shows it. */
  readonly of?: Origin;
}

/**
 * Raises a rule on a device and joins its event. The onset, and with it the id `facility/device/rule/onset`, is the time of the cause;
 * one millisecond after the last onset where the clock would give the same id twice. Drills are events of their own, so that a real
 * alarm never joins one.
 */
export function raise(step: Step, cause: Cause): void {
  const { rule, subject, at, severity, drill, wire } = cause;
  const key = alarmKey(rule.id, subject.device);
  const last = alarmAt(step, key);
  const onset = last !== undefined && at <= last.onset ? last.onset + 1 : at;
  const place = scopeOf(rule.group, wire === undefined ? subject : { ...subject, wire });
  const scope = drill ? `drill.${place}` : place;
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
    class: rule.class,
    ...(drill ? { drill: true } : {}),
    ...(cause.of === undefined ? {} : { of: cause.of }),
  };
  step.changes.set(group, { t: "event", ...event });
  step.changes.set(key, slot);
  tell(step, { rule, slot, phase: "raised", at, evidence: cause.evidence });
}

/** Ends an alarm, and its part in the event. `slot` is the alarm as it stood. */
export function clear(
  step: Step,
  rule: Named,
  end: { slot: AlarmSlot; at: number; evidence: readonly Point[]; reason?: ClearReason },
): void {
  const { slot } = end;
  leave(step, rule, slot);
  const signs = Object.fromEntries(
    Object.entries(slot.signs).map(([key, sign]) => [key, { at: sign.at, now: null }]),
  );
  step.changes.set(alarmKey(rule.id, slot.subject.device), { ...slot, active: false, signs });
  tell(step, { rule, phase: "cleared", ...end });
}

/** A new alarm takes the place of one that holds, `slot`: it is raised before that one is cleared. */
export function replace(step: Step, slot: AlarmSlot, cause: Cause): void {
  const { rule, at } = cause;
  supersede(step, slot, cause);
  tell(step, { rule, slot, phase: "cleared", at, evidence: [] });
}

/** The same, but nothing is said of the end of the one that holds. True: both are of one event. */
export function supersede(step: Step, slot: AlarmSlot, cause: Cause): boolean {
  const { rule } = cause;
  raise(step, cause);
  const next = alarmAt(step, alarmKey(rule.id, slot.subject.device));
  if (next?.group === slot.group) return true;
  leave(step, rule, slot);
  return false;
}

/** True while a sensor shows the alarm. */
export function isShown({ signs }: AlarmSlot): boolean {
  return Object.values(signs).some(({ now }) => now !== null);
}

/** True while a sensor shows the alarm or a latch holds it. */
export function holds(slot: AlarmSlot): boolean {
  return isShown(slot) || Object.values(slot.signs).some(({ latched }) => latched === true);
}

/** The alert's id (CONTRACTS.md, alerts). */
export function alertId(facility: string, rule: string, { subject, onset }: AlarmSlot): string {
  return `${facility}/${subject.device}/${rule}/${onset}`;
}

type Named = Pick<Rule, "id" | "class">;

export interface Telling {
  readonly rule: Named;
  readonly slot: AlarmSlot;
  readonly phase: AlertPhase;
  readonly at: number;
  readonly evidence: readonly Point[];
  readonly reason?: ClearReason;
}

/** Adds an alert about an alarm as it stands in `slot`. */
export function tell(step: Step, { rule, slot, phase, at, evidence, reason }: Telling): void {
  step.alerts.push({
    id: alertId(step.model.facility, rule.id, slot),
    event: slot.event,
    rule: rule.id,
    phase,
    class: rule.class,
    severity: slot.severity,
    subject: slot.subject,
    at,
    onset: slot.onset,
    drill: slot.drill === true,
    evidence,
    ...(reason === undefined ? {} : { reason }),
  });
}

function leave(step: Step, rule: Named, slot: AlarmSlot): void {
  const event = eventAt(step, slot.group);
  if (event?.id !== slot.event) return;
  const key = alarmKey(rule.id, slot.subject.device);
  step.changes.set(slot.group, { t: "event", ...leaveEvent(event, key) });
}

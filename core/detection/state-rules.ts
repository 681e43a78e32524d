import { wireOf } from "../facility/index.ts";
import type { Kind, SignalClass } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Severity } from "../wire/index.ts";
import type { Cause } from "./alarm.ts";
import { clear, raise, tell } from "./alarm.ts";
import type { AlarmSlot, StampedPoint } from "./model.ts";
import type { Step } from "./step.ts";
import { alarmAt, alarmKey } from "./step.ts";

const RANK: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

/**
 * Applies the rules that read this point, in the order in which points arrive: a reading that meets a rule leaves it in alarm,
 * whatever its time says, unless it is the very reading (same kind and part, same millisecond) that did so last.
 */
export function applyPoint(step: Step, point: StampedPoint): void {
  const declared = step.model.devices.get(point.device)?.kind ?? point.kind;
  for (const rule of step.model.byKind.get(point.kind) ?? []) {
    const severity = severityOf(rule, declared, point);
    if (severity === undefined) continue;
    const slot = alarmAt(step, alarmKey(rule.id, point.device));
    if (severity === null) withdraw(step, rule, { slot, point });
    else if (slot?.signs[signKey(point)]?.at !== point.at)
      show(step, rule, { slot, point, severity });
  }
}

const RESETTABLE: readonly SignalClass[] = ["alarm", "care"];

/** Clears the alarms that state rules hold on a device: a reset ends no fault and no shielding. What is still true is raised again by its next reading. */
export function resetDevice(step: Step, device: string, at: number): void {
  for (const rule of step.model.rules) {
    if (rule.when.type !== "state" || !RESETTABLE.includes(rule.class)) continue;
    const slot = alarmAt(step, alarmKey(rule.id, device));
    if (slot?.active === true) clear(step, rule, { slot, at, evidence: [] });
  }
}

/** How severe the point says it is; null: not in alarm; undefined: it says nothing about this rule. */
function severityOf(rule: Rule, declared: Kind, point: StampedPoint): Severity | null | undefined {
  if (rule.when.type !== "state") return undefined;
  let decides: string | undefined;
  for (const sign of rule.when.signs) {
    if (sign.kind !== point.kind || sign.field !== (decides ?? sign.field)) continue;
    if (sign.only?.includes(declared) === false || sign.except?.includes(declared) === true)
      continue;
    if (!Object.hasOwn(point.fields, sign.field)) continue;
    decides = sign.field;
    const value = point.fields[sign.field];
    if (value !== undefined && sign.is.includes(value)) return sign.severity ?? rule.severity;
  }
  return decides === undefined ? undefined : null;
}

interface Shown {
  readonly slot: AlarmSlot | undefined;
  readonly point: StampedPoint;
}

function show(step: Step, rule: Rule, shown: Shown & { readonly severity: Severity }): void {
  const { slot, point, severity } = shown;
  const { at } = point;
  const key = signKey(point);
  const sign = { [key]: { at, now: severity } };
  if (slot?.active !== true) {
    raise(step, causeOf(step, rule, { point, severity, signs: { ...slot?.signs, ...sign } }));
    return;
  }
  if (passed(rule.renew_s, slot.signs[key]?.at, at)) {
    raise(step, causeOf(step, rule, { point, severity, signs: sign }));
    tell(step, { rule, slot, phase: "cleared", at, evidence: [] });
    return;
  }
  const higher = RANK[severity] > RANK[slot.severity];
  const told = higher || passed(rule.repeat_s, slot.told, at);
  const next: AlarmSlot = {
    ...slot,
    severity: higher ? severity : slot.severity,
    signs: { ...slot.signs, ...sign },
    told: told ? at : slot.told,
  };
  step.changes.set(alarmKey(rule.id, point.device), next);
  if (told) tell(step, { rule, slot: next, phase: "updated", at, evidence: [point] });
}

function withdraw(step: Step, rule: Rule, { slot, point }: Shown): void {
  const key = signKey(point);
  const sign = slot?.signs[key];
  if (slot?.active !== true || sign === undefined) return;
  const signs = { ...slot.signs, [key]: { ...sign, now: null } };
  const next = { ...slot, signs };
  const holds = Object.values(signs).some(({ now }) => now !== null);
  if (holds) step.changes.set(alarmKey(rule.id, point.device), next);
  else clear(step, rule, { slot: next, at: point.at, evidence: [point] });
}

function causeOf(
  step: Step,
  rule: Rule,
  shown: Pick<Cause, "severity" | "signs"> & { readonly point: StampedPoint },
): Cause {
  const { point, severity, signs } = shown;
  const { device, room, at } = point;
  const known = step.model.devices.get(device);
  const resident = point.resident ?? known?.resident ?? "none";
  const subject = { device, room, ...(resident === "none" ? {} : { resident }) };
  const wire = known === undefined ? {} : { wire: wireOf(known) };
  return { rule, subject, at, severity, evidence: [point], signs, ...wire };
}

function signKey({ kind, part }: StampedPoint): string {
  return part === undefined ? kind : `${kind} ${part}`;
}

/** Whichever way the clock went. */
function passed(seconds: number | undefined, since: number | undefined, at: number): boolean {
  return seconds !== undefined && since !== undefined && Math.abs(at - since) >= seconds * 1000;
}

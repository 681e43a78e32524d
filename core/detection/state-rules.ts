import { wireOf } from "../facility/index.ts";
import type { Kind } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Severity } from "../states/index.ts";
import type { Cause } from "./alarm.ts";
import { clear, holds, raise, replace, supersede, tell } from "./alarm.ts";
import { isSensorOf, originOf, RESETTABLE } from "./changed-file.ts";
import type { AlarmSlot, SignState, StampedPoint } from "./model.ts";
import type { Step } from "./step.ts";
import { alarmAt, alarmKey } from "./step.ts";
import { isDrill } from "./test-mode.ts";

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
  const sign = { [key]: signOf(point, severity) };
  const signs = { ...slot?.signs, ...sign };
  const drill = isDrill(step, rule, point);
  if (slot?.active !== true) {
    raise(step, { ...causeOf(step, rule, { point, severity, signs }), drill });
    return;
  }
  if (slot.drill === true && !drill) {
    replace(step, slot, { ...causeOf(step, rule, { point, severity, signs }), drill });
    return;
  }
  const isForeign = !isSensorOf(step.model, slot) || !isSubjectOf(step, slot, point);
  if (isForeign || passed(rule.renew_s, slot.signs[key]?.at, at)) {
    const cause = causeOf(step, rule, { point, severity, signs: sign });
    // A real call that nobody has ended is not ended by a test.
    const next = { ...cause, drill: slot.drill === true };
    if (isForeign) followUp(step, slot, next);
    else replace(step, slot, next);
    return;
  }
  const higher = RANK[severity] > RANK[slot.severity];
  const told = higher || passed(rule.repeat_s, slot.told, at);
  const next: AlarmSlot = {
    ...slot,
    severity: higher ? severity : slot.severity,
    signs,
    told: told ? at : slot.told,
  };
  step.changes.set(alarmKey(rule.id, point.device), next);
  if (told) tell(step, { rule, slot: next, phase: "updated", at, evidence: [point] });
}

/**
 * Another sensor, place or person alarms under the id of one whose alarm holds. Within one incident the first is over; an incident of its own (two
 * people who wore one pendant) must not end by it: the centre has it until a person resets it, and then hears `not_held` (resets.ts).
 */
function followUp(step: Step, slot: AlarmSlot, cause: Cause): void {
  const { rule, at } = cause;
  const isOneEvent = supersede(step, slot, cause);
  if (!isOneEvent && slot.drill !== true && RESETTABLE.includes(rule.class)) return;
  tell(step, { rule, slot, phase: "cleared", at, evidence: [], reason: "device_changed" });
}

function withdraw(step: Step, rule: Rule, { slot, point }: Shown): void {
  const key = signKey(point);
  const sign = slot?.signs[key];
  if (slot?.active !== true || sign === undefined || sign.now === null) return;
  if (!isSensorOf(step.model, slot)) return;
  // A person's alarm is not over because the device is somebody else's now; a person can end it.
  const isTheirs = slot.subject.resident === residentOf(step, point);
  if (!isTheirs && RESETTABLE.includes(rule.class)) return;
  const latched = rule.latch === true && slot.drill !== true && sign.doubted !== true;
  const over: SignState = { at: sign.at, now: null, ...(latched ? { latched } : {}) };
  const next = { ...slot, signs: { ...slot.signs, [key]: over } };
  if (holds(next)) step.changes.set(alarmKey(rule.id, point.device), next);
  else clear(step, rule, { slot: next, at: point.at, evidence: [point] });
}

function signOf({ at, fields }: StampedPoint, now: Severity): SignState {
  const said = fields["device_time_ms"];
  return { at, now, ...(typeof said === "number" ? { said } : {}) };
}

function causeOf(
  step: Step,
  rule: Rule,
  shown: Pick<Cause, "severity" | "signs"> & { readonly point: StampedPoint },
): Omit<Cause, "drill"> {
  const { point, severity, signs } = shown;
  const { device, room, at } = point;
  const known = step.model.devices.get(device);
  const resident = residentOf(step, point);
  const subject = { device, room, ...(resident === undefined ? {} : { resident }) };
  const origin = known === undefined ? {} : { wire: wireOf(known), of: originOf(known) };
  return { rule, subject, at, severity, evidence: [point], signs, ...origin };
}

function isSubjectOf(step: Step, { subject }: AlarmSlot, point: StampedPoint): boolean {
  return subject.room === point.room && subject.resident === residentOf(step, point);
}

function residentOf(step: Step, point: StampedPoint): string | undefined {
  const resident = point.resident ?? step.model.devices.get(point.device)?.resident;
  return resident === "none" ? undefined : resident;
}

function signKey({ kind, part }: StampedPoint): string {
  return part === undefined ? kind : `${kind} ${part}`;
}

/** Whichever way the clock went. */
function passed(seconds: number | undefined, since: number | undefined, at: number): boolean {
  return seconds !== undefined && since !== undefined && Math.abs(at - since) >= seconds * 1000;
}

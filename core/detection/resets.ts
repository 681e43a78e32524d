/**
 * What ends a life alarm that latches (core/rules, `latch`), and what stays.
 *
 *   reset at the panel      what the panel showed before is taken back, latched or not; it says again what still burns
 *   reset by a person       over when no sensor shows it any more, or the one that showed it can say nothing more; else it stays
 *   reset by the key        over when no sensor shows it any more; else it stays
 */
import { wireOf } from "../facility/index.ts";
import type { Rule } from "../rules/index.ts";
import { isId } from "../wire/index.ts";
import { alertId, clear, holds, isShown } from "./alarm.ts";
import { isSensorOf, orphanedBy, RESETTABLE } from "./changed-file.ts";
import type { AlarmSlot, DetectionModel, DetectionState, PanelReset, SignState } from "./model.ts";
import type { Step } from "./step.ts";
import { alarmAt, alarmKey, keysOf, ruleOf } from "./step.ts";

/** A device whose clock is farther ahead than this has the wrong time, not a later one. */
const CLOCK_WRONG_MS = 24 * 3_600_000;

/** Somebody reset a panel. */
export function resetPanel(step: Step, reset: PanelReset, at: number): void {
  const { devices, parts, said } = reset;
  for (const device of devices) takeBack(step, { device, at, said, concerns: () => true });
  if (parts === undefined) return;
  const concerns = (part: string | undefined): boolean => parts.names.includes(part ?? "");
  takeBack(step, { device: parts.device, at, said, concerns });
}

/** A person at the scene resets these alerts, or all that only their latch holds. */
export function resetAlerts(step: Step, alerts: readonly string[] | "latched", at: number): void {
  if (alerts === "latched") {
    const keys = keysOf(step, "").filter((key) => isOnlyLatched(alarmAt(step, key)));
    for (const key of keys) endOne(step, key, at);
    return;
  }
  for (const id of alerts) {
    if (isActive(step.model, step.state, id)) endOne(step, keyOf(id), at);
    else disown(step, id, at);
  }
}

function endOne(step: Step, key: string, at: number): void {
  const slot = alarmAt(step, key);
  const rule = ruleOf(step.model, key, slot);
  if (slot?.active !== true || !RESETTABLE.includes(rule.class)) return;
  const isOver = rule.latch !== true || !isShown(slot) || isLost(step, rule, slot);
  if (isOver) clear(step, rule, { slot, at, evidence: [] });
}

/**
 * The centre asks for an alert that does not hold here. It may have been lost with a disk: the centre is told, or it would wait for its
 * end for ever. Lowest class and severity, and a drill: the centre keeps the graver of what it knows.
 */
function disown(step: Step, id: string, at: number): void {
  const [facility, device = "", rule = "", time] = id.split("/");
  const onset = Number(time);
  if (facility !== step.model.facility || ![device, rule].every(isId)) return;
  if (!Number.isSafeInteger(onset) || onset < 0) return;
  // It held, and its end was told.
  if (alarmAt(step, keyOf(id))?.onset === onset) return;
  const subject = { device, room: step.model.devices.get(device)?.room ?? "none" };
  step.alerts.push({
    id,
    event: id.replaceAll("/", "."),
    rule,
    phase: "cleared",
    class: "trouble",
    severity: "low",
    subject,
    at,
    onset,
    drill: true,
    evidence: [],
    reason: "not_held",
  });
}

/** Whether the alert of this id holds. */
export function isActive(model: DetectionModel, state: DetectionState, id: string): boolean {
  const key = keyOf(id);
  const slot = state.get(key);
  const [rule = ""] = key.split("|", 1);
  return slot?.t === "alarm" && slot.active && id === alertId(model.facility, rule, slot);
}

interface TakenBack {
  readonly device: string;
  readonly at: number;
  readonly said: number | undefined;
  readonly concerns: (part: string | undefined) => boolean;
}

function takeBack(step: Step, { device, at, said, concerns }: TakenBack): void {
  for (const rule of step.model.rules) {
    if (rule.when.type !== "state" || !RESETTABLE.includes(rule.class)) continue;
    const slot = alarmAt(step, alarmKey(rule.id, device));
    if (slot?.active !== true || !isSensorOf(step.model, slot)) continue;
    const signs = Object.fromEntries(
      Object.entries(slot.signs).map(([key, sign]) => {
        const [, part] = key.split(" ", 2);
        return [key, concerns(part) ? afterReset(sign, said) : sign];
      }),
    );
    const next = { ...slot, signs };
    if (holds(next)) step.changes.set(alarmKey(rule.id, device), next);
    else clear(step, rule, { slot: next, at, evidence: [] });
  }
}

/** A fire goes before all other traffic (GB 26875.1), so one that began after the reset can arrive before it. */
function afterReset(sign: SignState, said: number | undefined): SignState {
  const laterMs = (sign.said ?? 0) - (said ?? Infinity);
  const isLater = sign.now !== null && laterMs > 0 && laterMs < CLOCK_WRONG_MS;
  return isLater ? { ...sign, doubted: true } : { at: sign.at, now: null };
}

/**
 * Its last word may never be taken back: the facility file has changed, or it, or the line it speaks on, is known to be silent or off
 * line (a detector burns with its room). Who stands there knows more.
 */
function isLost({ model, state }: Step, alarm: Pick<Rule, "id">, slot: AlarmSlot): boolean {
  const { device } = slot.subject;
  const known = model.devices.get(device);
  if (known === undefined || orphanedBy(model, alarm, slot) !== undefined) return true;
  return model.rules.filter(saysAbsent).some((rule) =>
    [device, wireOf(known)].some((one) => {
      const absent = state.get(alarmKey(rule.id, one));
      return absent?.t === "alarm" && absent.active;
    }),
  );
}

function saysAbsent({ when }: Rule): boolean {
  if (when.type === "silent") return true;
  return when.signs.some(({ kind, field }) => kind === "device" && field === "online");
}

function isOnlyLatched(slot: AlarmSlot | undefined): boolean {
  return slot?.active === true && holds(slot) && !isShown(slot);
}

/** `facility/device/rule/onset` */
function keyOf(id: string): string {
  const [, device = "", rule = ""] = id.split("/");
  return alarmKey(rule, device);
}

/**
 * A device in test mode: its alerts are drills, for a limited time (docs/adr/0014-latches-and-test-mode.md).
 *
 *   off --test_mode--> on --until is reached, or null--> off
 *                                                         |
 *                                        drills that still stand are raised as real alarms
 */
import { wireOf } from "../facility/index.ts";
import type { Rule } from "../rules/index.ts";
import { clear, isShown, replace } from "./alarm.ts";
import type { AlarmSlot, StampedPoint } from "./model.ts";
import type { Step } from "./step.ts";
import { alarmAt, alarmKey, clockOf, keysOf, testAt, testKey } from "./step.ts";

/** Puts a device into test mode until then (UTC ms), or ends it. A device that the facility file does not know has none. */
export function setTestMode(
  step: Step,
  { device, until, at }: { device: string; until: number | null; at: number },
): void {
  if (!step.model.devices.has(device)) return;
  if (until === null || until <= at) return endTest(step, device, at);
  step.changes.set(testKey(device), { t: "test", until });
  const clock = clockOf(step);
  if (clock !== undefined) step.changes.set("clock", { ...clock, due: Math.min(clock.due, until) });
}

/** Ends the tests whose time is over; returns when the next one is, or Infinity. */
export function endTests(step: Step, at: number): number {
  let next = Infinity;
  for (const key of keysOf(step, testKey(""))) {
    const device = key.slice(testKey("").length);
    const until = testAt(step, device)?.until ?? at;
    if (until <= at || !step.model.devices.has(device)) endTest(step, device, at);
    else next = Math.min(next, until);
  }
  return next;
}

export function isInTest(step: Step, device: string, at: number): boolean {
  return at < (testAt(step, device)?.until ?? -Infinity);
}

/** Whether what a point shows is a drill: its device is in test mode, or it sums up only what such devices show. */
export function isDrill(step: Step, rule: Rule, { device, part, at }: StampedPoint): boolean {
  return (
    isInTest(step, device, at) || (part !== undefined && isSummary(step, rule, { device, part }))
  );
}

function endTest(step: Step, device: string, at: number): void {
  step.changes.set(testKey(device), null);
  for (const rule of step.model.rules) settle(step, rule, { device, at });
  const known = step.model.devices.get(device);
  const wire = known === undefined ? device : wireOf(known);
  if (wire === device || isInTest(step, wire, at)) return;
  for (const rule of step.model.rules) {
    const slot = alarmAt(step, alarmKey(rule.id, wire));
    const parts = slot === undefined ? [] : partsShown(slot);
    const explained = parts.every((part) => isSummary(step, rule, { device: wire, part }));
    if (!explained) settle(step, rule, { device: wire, at });
  }
}

/** A drill that still stands becomes a real alarm, another one ends: what is real must not go unheard because a test was forgotten. */
function settle(step: Step, rule: Rule, { device, at }: { device: string; at: number }): void {
  const slot = alarmAt(step, alarmKey(rule.id, device));
  if (slot?.active !== true || slot.drill !== true) return;
  if (rule.when.type === "state" && !isShown(slot)) {
    clear(step, rule, { slot, at, evidence: [] });
    return;
  }
  const { subject, severity, signs, of } = slot;
  const known = step.model.devices.get(device);
  const wire = known === undefined ? {} : { wire: wireOf(known) };
  const origin = of === undefined ? {} : { of };
  const cause = { rule, subject, at, severity, signs, evidence: [], ...wire, ...origin };
  replace(step, slot, { ...cause, drill: false });
}

/** The transmission device of GB/T 26875.3-2011 (8.2.1) sums up every system behind it. */
const TRANSMITTER = "uitd";

/**
 * A panel says of each system that some component of it is in fire (GB/T 26875.3-2011, figure 6), and says each component beside it. While
 * a tested component of the system shows one, the sum says nothing more: a real fire comes as a component's own.
 */
function isSummary(step: Step, rule: Rule, sum: { device: string; part: string }): boolean {
  if (rule.class !== "alarm") return false;
  for (const { id, address, ...device } of step.model.devices.values()) {
    if (id === sum.device || device.line !== sum.device) continue;
    if (sum.part !== TRANSMITTER && !address.startsWith(`${sum.part}/`)) continue;
    if (testAt(step, id) !== undefined && showsDrill(step, id)) return true;
  }
  return false;
}

function showsDrill(step: Step, device: string): boolean {
  return step.model.rules.some((rule) => {
    const slot = alarmAt(step, alarmKey(rule.id, device));
    return rule.class === "alarm" && slot?.active === true && slot.drill === true && isShown(slot);
  });
}

/** Parts whose signs show it now. */
function partsShown({ signs }: AlarmSlot): string[] {
  const shown = Object.entries(signs).filter(([, { now }]) => now !== null);
  return shown.map(([key]) => key.split(" ", 2)[1] ?? "");
}

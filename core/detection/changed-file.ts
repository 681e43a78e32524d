/**
 * What becomes of an alarm that holds when the gateway starts with another facility file, or with other rules
 * (docs/adr/0017-alarms-outlive-the-facility-file.md).
 *
 *   nothing that concerns it      it goes on
 *   real, of class alarm or care  it goes on until a person resets it by name: what could have ended it may never speak again
 *   any other                     it is cleared, with the reason
 */
import { wireOf } from "../facility/index.ts";
import type { KnownDevice } from "../facility/index.ts";
import type { Kind, SignalClass } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { ClearReason } from "../wire/index.ts";
import { clear } from "./alarm.ts";
import type { AlarmSlot, DetectionModel, Origin } from "./model.ts";
import type { Step } from "./step.ts";
import { ruleOf } from "./step.ts";

/** A person ends these, and no fault or shielding. */
export const RESETTABLE: readonly SignalClass[] = ["alarm", "care"];

/** Takes the alarms of the last run into this one; to be called once at each start. */
export function takeOver(step: Step, at: number): void {
  for (const [key, slot] of step.state) {
    if (slot.t === "seen" && !step.model.supervised.has(key.slice("seen|".length))) {
      step.changes.set(key, null);
    }
    if (slot.t !== "alarm" || !slot.active) continue;
    const rule = ruleOf(step.model, key, slot);
    const reason = orphanedBy(step.model, rule, slot);
    const known = step.model.devices.get(slot.subject.device);
    if (reason === undefined && known !== undefined) {
      step.changes.set(key, { ...slot, class: rule.class, of: originOf(known) });
    } else if (reason !== undefined && (slot.drill === true || !RESETTABLE.includes(rule.class))) {
      clear(step, rule, { slot, at, evidence: [], reason });
    }
  }
}

/** Why what raised an alarm can no longer end it; undefined: it can. */
export function orphanedBy(
  model: DetectionModel,
  rule: Pick<Rule, "id">,
  slot: AlarmSlot,
): ClearReason | undefined {
  const { of: was, subject } = slot;
  const known = model.devices.get(subject.device);
  if (known === undefined) return "device_removed";
  const inForce = model.rules.find(({ id }) => id === rule.id);
  if (inForce === undefined) return "rule_gone";
  if (inForce.when.type === "silent")
    return model.supervised.has(known.id) ? undefined : "rule_gone";
  // Written by a version that did not note it: taken for the device of today.
  if (was === undefined) return undefined;
  if (!isSensorOf(model, slot)) return "device_changed";
  return listens(inForce, was.kind, known.kind) ? undefined : "rule_gone";
}

/** Which device of the facility file this is. */
export function originOf(device: KnownDevice): Origin {
  const { kind, address } = device;
  return { kind, wire: wireOf(device), address };
}

/** Whether what the alarm's device says, or its panel, is still of the sensor that showed it. */
export function isSensorOf(model: DetectionModel, { subject, of: was }: AlarmSlot): boolean {
  const now = model.devices.get(subject.device);
  if (was === undefined || now === undefined) return true;
  return was.wire === wireOf(now) && was.address === now.address;
}

/** Whether a device that was declared as one kind and is now another is still heard by a rule. */
function listens(rule: Rule, was: Kind, is: Kind): boolean {
  if (was === is || rule.when.type !== "state") return true;
  return rule.when.signs.some(
    ({ kind, only, except }) =>
      kind !== was && only?.includes(is) !== false && except?.includes(is) !== true,
  );
}

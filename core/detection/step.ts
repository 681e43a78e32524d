import type { SignalClass } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Alert } from "../wire/index.ts";
import type {
  AlarmSlot,
  ClockSlot,
  DetectionModel,
  DetectionState,
  EventSlot,
  SeenSlot,
  Slot,
  TestSlot,
} from "./model.ts";

/** One step under way: the state as it was, what this step has changed so far, and the alerts in their order. */
export interface Step {
  readonly model: DetectionModel;
  readonly state: DetectionState;
  readonly changes: Map<string, Slot | null>;
  readonly alerts: Alert[];
}

export function openStep(model: DetectionModel, state: DetectionState): Step {
  return { model, state, changes: new Map(), alerts: [] };
}

export function alarmKey(rule: string, device: string): string {
  return `${rule}|${device}`;
}

/** What an alarm's rule says of it, also when the rules in force have it no more. Of unknown class it is a life alarm. */
export function ruleOf(
  model: DetectionModel,
  key: string,
  slot: AlarmSlot | undefined,
): Pick<Rule, "id" | "class" | "latch"> {
  const [id = ""] = key.split("|", 1);
  const gone: { id: string; class: SignalClass } = { id, class: slot?.class ?? "alarm" };
  return model.rules.find((rule) => rule.id === id) ?? gone;
}

export function seenKey(device: string): string {
  return `seen|${device}`;
}

export function testKey(device: string): string {
  return `test|${device}`;
}

/** Keys of the slots that begin so, as they stand now. */
export function keysOf(step: Step, prefix: string): string[] {
  const keys = new Set([...step.state.keys(), ...step.changes.keys()]);
  return [...keys].filter((key) => key.startsWith(prefix) && slotAt(step, key) !== undefined);
}

export function alarmAt(step: Step, key: string): AlarmSlot | undefined {
  const slot = slotAt(step, key);
  return slot?.t === "alarm" ? slot : undefined;
}

export function seenAt(step: Step, device: string): SeenSlot | undefined {
  const slot = slotAt(step, seenKey(device));
  return slot?.t === "seen" ? slot : undefined;
}

export function eventAt(step: Step, key: string): EventSlot | undefined {
  const slot = slotAt(step, key);
  return slot?.t === "event" ? slot : undefined;
}

export function testAt(step: Step, device: string): TestSlot | undefined {
  const slot = slotAt(step, testKey(device));
  return slot?.t === "test" ? slot : undefined;
}

export function clockOf(step: Step): ClockSlot | undefined {
  const slot = slotAt(step, "clock");
  return slot?.t === "clock" ? slot : undefined;
}

function slotAt(step: Step, key: string): Slot | undefined {
  const changed = step.changes.get(key);
  return changed === undefined ? step.state.get(key) : (changed ?? undefined);
}

import type { FacilityIndex } from "../facility/index.ts";
import type { Kind } from "../points/index.ts";
import { RULES } from "../rules/index.ts";
import type { Rule } from "../rules/index.ts";
import { takeOver } from "./changed-file.ts";
import type { Detection, DetectionModel, DetectionState, Input, StampedPoint } from "./model.ts";
import { resetAlerts, resetPanel } from "./resets.ts";
import { applyPoint } from "./state-rules.ts";
import type { Step } from "./step.ts";
import { clockOf, openStep } from "./step.ts";
import { forgiveAbsence, hear, keepTime, restart, supervisedDevices } from "./supervision.ts";
import { setTestMode } from "./test-mode.ts";

/** The rules over the devices of an index (one gateway's, or the whole facility's). */
export function detectionModel(
  index: FacilityIndex,
  rules: readonly Rule[] = RULES,
): DetectionModel {
  const byKind = new Map<Kind, readonly Rule[]>();
  for (const rule of rules) {
    if (rule.when.type !== "state") continue;
    for (const kind of new Set(rule.when.signs.map((sign) => sign.kind))) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), rule]);
    }
  }
  return {
    facility: index.facility.facility.id,
    devices: index.devices,
    rules,
    silentRules: rules.filter((rule) => rule.when.type === "silent"),
    byKind,
    supervised: supervisedDevices(index),
  };
}

/**
 * To be called once at every start, before any other input, with the state of the last run. With an empty state supervision
 * begins, so that a device that never speaks is found silent.
 */
export function resume(model: DetectionModel, state: DetectionState, at: number): Detection {
  const step = openStep(model, state);
  const clock = clockOf(step);
  takeOver(step, at);
  restart(step, at, clock === undefined ? 0 : at - clock.at);
  return close(step, at);
}

/**
 * One step of detection: pure and deterministic, inputs in the order of arrival. O(points), and O(devices) when `at` reaches `wakeAt`.
 * An absence of inputs of more than 2 minutes is taken as the gateway's own and not held against its devices.
 */
export function detect(model: DetectionModel, state: DetectionState, input: Input): Detection {
  const step = openStep(model, state);
  forgiveAbsence(step, input.at);
  switch (input.type) {
    case "points":
      for (const point of input.points) {
        applyPoint(step, point);
        if (isAlive(point)) hear(step, point.device, input.at);
      }
      break;
    case "heard":
      for (const device of input.devices) hear(step, device, input.at);
      break;
    case "reset":
      resetPanel(step, input, input.at);
      break;
    case "reset_alerts":
      resetAlerts(step, input.alerts, input.at);
      break;
    case "test_mode":
      setTestMode(step, input);
      break;
    case "tick":
      break;
  }
  return close(step, input.at);
}

function close(step: Step, at: number): Detection {
  const wakeAt = keepTime(step, at);
  return { changes: step.changes, alerts: step.alerts, wakeAt };
}

/** That a device is offline is said by the broker or the coordinator, not by the device. */
function isAlive(point: StampedPoint): boolean {
  return point.kind !== "device" || point.fields["online"] !== false;
}

import type { FacilityIndex } from "../facility/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Detection, DetectionModel, DetectionState, Input, Slot } from "./model.ts";

/** The rules over the devices that one gateway (or the whole facility) has. */
export function detectionModel(index: FacilityIndex, rules: readonly Rule[] = []): DetectionModel {
  return { facility: index.facility.facility.id, devices: index.devices, rules, byKind: new Map() };
}

/** One step of detection: pure, deterministic, in the order of arrival. The state is not changed: apply `changes`. */
export function detect(_model: DetectionModel, _state: DetectionState, input: Input): Detection {
  return { changes: new Map(), alerts: [], wakeAt: input.at };
}

/** The first slots: supervision begins when the gateway first starts, so that a device that never speaks is found silent. */
export function startState(model: DetectionModel, at: number): ReadonlyMap<string, Slot> {
  return new Map(
    [...resume(model, new Map(), at).changes].flatMap(([key, slot]) =>
      slot === null ? [] : [[key, slot] as const],
    ),
  );
}

/** To be called once at every start, with the state of the last run (or an empty one) and before any other input. */
export function resume(_model: DetectionModel, _state: DetectionState, at: number): Detection {
  return { changes: new Map(), alerts: [], wakeAt: at };
}

import { readFileSync } from "node:fs";
import { indexFacility, parseFacility } from "../facility/index.ts";
import type { Facility } from "../facility/index.ts";
import type { FieldValue, Kind } from "../points/index.ts";
import type { Alert } from "../wire/index.ts";
import { detect, detectionModel, resume } from "./index.ts";
import type { Detection, DetectionModel, DetectionState, Input, StampedPoint } from "./index.ts";

/** The clock of the stories starts here: 2026-01-05 22:00 in the facility. */
export const T0 = Date.UTC(2026, 0, 5, 14);

const EXAMPLE = readFileSync(new URL("../facility/example.yaml.txt", import.meta.url), "utf8");
const MORE_DEVICES = `  - { id: smoke-303, kind: smoke, room: r302, line: panel, address: "1/1/0x0003000a", supervise_s: 3600 }
  - { id: sos-302, kind: sos, room: r302, source: zigbee2mqtt, address: "0x01", supervise_s: 90000 }
  - { id: gas-kitchen, kind: gas, source: zigbee2mqtt, address: "0x02", supervise_s: 600 }
policies:`;

/** The complete example's facility with three more devices; `edit` changes the parsed file. */
export function exampleModel(
  edit: (facility: Facility) => Facility = (file) => file,
): DetectionModel {
  const file = parseFacility(EXAMPLE.replace("policies:", MORE_DEVICES));
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const index = indexFacility(edit(file.value));
  if (!index.ok) throw new Error(index.error.detail);
  return detectionModel(index.value);
}

/** The state after a step. */
export function applyChanges(state: DetectionState, changes: Detection["changes"]): DetectionState {
  const next = new Map(state);
  for (const [key, slot] of changes) {
    if (slot === null) next.delete(key);
    else next.set(key, slot);
  }
  return next;
}

/** A gateway's evening: each call moves time and feeds the detector; `told` is what people were told. */
export class Story {
  state: DetectionState;
  model: DetectionModel;
  now = T0;
  readonly told: Alert[] = [];
  #wakeAt: number;

  constructor(model: DetectionModel = exampleModel()) {
    this.model = model;
    this.state = new Map();
    this.#wakeAt = 0;
    this.start();
  }

  /** The gateway starts, with what it wrote to its disk. */
  start(model: DetectionModel = this.model): void {
    this.model = model;
    this.state = new Map(JSON.parse(JSON.stringify([...this.state])) as [never, never][]);
    this.#take(resume(model, this.state, this.now));
  }

  /** `seconds` pass while the gateway runs. */
  wait(seconds: number): void {
    const end = this.now + seconds * 1000;
    while (this.#wakeAt <= end) {
      this.now = this.#wakeAt;
      this.#step({ type: "tick", at: this.now });
    }
    this.now = end;
  }

  /** `seconds` pass while the gateway is off, or its clock is set by as much. */
  jump(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** A reading arrives, one millisecond later than anything before. */
  reads(device: string, kind: Kind, fields: Record<string, FieldValue>): StampedPoint {
    this.now += 1;
    const known = this.model.devices.get(device);
    const point = { kind, device, room: known?.room ?? "none", fields, at: this.now };
    this.#step({ type: "points", at: this.now, points: [point] });
    return point;
  }

  /** A person at the scene resets these. */
  resets(...alerts: readonly (Alert | undefined)[]): void {
    const ids = alerts.flatMap((alert) => (alert === undefined ? [] : [alert.id]));
    this.now += 1;
    this.#step({ type: "reset_alerts", at: this.now, alerts: ids });
  }

  /** The device is put into test mode for so long; null: its test ends. */
  tests(device: string, seconds: number | null): void {
    this.now += 1;
    const until = seconds === null ? null : this.now + seconds * 1000;
    this.#step({ type: "test_mode", at: this.now, device, until });
  }

  input(input: Input): void {
    this.#step(input);
  }

  /** `phase rule device` of what was told since the last call. */
  news(): string[] {
    return this.told
      .splice(0)
      .map(({ phase, rule, subject }) => `${phase} ${rule} ${subject.device}`);
  }

  #step(input: Input): void {
    this.#take(detect(this.model, this.state, input));
  }

  #take({ changes, alerts, wakeAt }: Detection): void {
    this.state = applyChanges(this.state, changes);
    this.told.push(...alerts);
    this.#wakeAt = wakeAt;
  }
}

/** Information objects to points and signals. */
import type { FieldValue, Kind, Point, Signal, SignalClass } from "@anhu/core/points";
import type { SceneReset } from "../driver.ts";
import type { Adu, InformationObject } from "./adu.ts";
import type { StateBit } from "./codes.ts";
import {
  ANALOGS,
  COMPONENT_BITS,
  componentKind,
  SYSTEM_BITS,
  SYSTEM_OPERATIONS,
  UITD_BITS,
  UITD_OPERATIONS,
} from "./codes.ts";

/** The UITD itself, as a device. */
export const UITD = "uitd";

/** What an ADU says of devices. */
export interface Facts {
  readonly points: readonly Point[];
  readonly signals: readonly Signal[];
  /** What somebody reset at the panel. */
  readonly resets: readonly SceneReset[];
  /** What no kind has a field for, one note each. */
  readonly unmapped: readonly string[];
}

export const NOTHING: Facts = { points: [], signals: [], resets: [], unmapped: [] };

/**
 * Devices are `system/address/0x0002000a` (component), `system/address` or `uitd`. A set bit is an active signal; a
 * state that says nothing but "normal" is one inactive `fire`. Bit 0 clear means test, and real panels send real fires
 * so: it is shown beside the fire and never suppresses it (figures 6, 7, 13).
 */
export function readFacts(adu: Adu): Facts {
  const read = READERS.get(adu.type);
  if (read === undefined) return NOTHING;
  const facts = adu.objects.map((object) => read(object));
  return {
    points: facts.flatMap((fact) => fact.points),
    signals: facts.flatMap((fact) => fact.signals),
    resets: facts.flatMap((fact) => fact.resets),
    unmapped: facts.flatMap((fact) => fact.unmapped),
  };
}

const READERS: ReadonlyMap<number, (object: InformationObject) => Facts> = new Map([
  [1, systemState],
  [2, componentState],
  [3, analog],
  [4, (object: InformationObject) => operation(object, systemOf(object))],
  [21, uitdState],
  [24, (object: InformationObject) => operation(object, UITD)],
]);

function systemState(object: InformationObject): Facts {
  const device = systemOf(object);
  const state = numberOf(object, "state");
  const fields = { normal: (state & 1) === 1, ...bitFields(state, SYSTEM_BITS) };
  return {
    ...NOTHING,
    points: [point("fire_panel", device, fields, object.at)],
    signals: stateSignals(state, SYSTEM_BITS, { device, object }),
  };
}

function componentState(object: InformationObject): Facts {
  const device = componentOf(object);
  const state = numberOf(object, "state");
  const normal = (state & 1) === 1;
  const bits = bitFields(state, COMPONENT_BITS);
  const kind = componentKind(numberOf(object, "component"));
  const alarm = bits["fire"] === true;
  const fault = bits["fault"] === true || bits["mains_fault"] === true;
  const points = [
    point("fire_panel", device, { normal, ...bits }, object.at),
    point("device", device, { fault }, object.at),
  ];
  if (kind !== null) {
    const tested = kind === "smoke" || kind === "heat" || kind === "call_point";
    points.unshift(point(kind, device, tested ? { alarm, test: !normal } : { alarm }, object.at));
  }
  return { ...NOTHING, points, signals: stateSignals(state, COMPONENT_BITS, { device, object }) };
}

/** A broken channel or line to the panel makes the UITD deaf or dumb: a fault of its own, whatever its fault bit says. */
function uitdState(object: InformationObject): Facts {
  const state = numberOf(object, "state");
  const { channel_fault, line_fault, ...bits } = bitFields(state, UITD_BITS);
  const fault = [bits["fault"], channel_fault, line_fault].includes(true);
  const fields = { normal: (state & 1) === 1, ...bits, fault };
  return {
    ...NOTHING,
    points: [point("fire_panel", UITD, fields, object.at)],
    signals: stateSignals(state, UITD_BITS, { device: UITD, object }),
  };
}

function analog(object: InformationObject): Facts {
  const type = numberOf(object, "analog");
  const raw = numberOf(object, "value");
  const spec = ANALOGS.get(type);
  if (spec === undefined) return unmapped(`analog type ${type}: ${raw}`);
  const { quantity, range, field } = spec;
  if (raw < range[0] || raw > range[1]) return unmapped(`${quantity}: ${raw} is out of range`);
  const kind = spec.kind(numberOf(object, "component"));
  if (kind === null) return unmapped(`${quantity}: ${raw}`);
  const fields = { [field]: (raw * spec.times) / spec.per };
  return { ...NOTHING, points: [point(kind, componentOf(object), fields, object.at)] };
}

function unmapped(note: string): Facts {
  return { ...NOTHING, unmapped: [note] };
}

/**
 * The manual alarm button of a panel or UITD is a call point; reset and "alarm cleared" let it go. A reset of a system is one of all its
 * components, many panels never say of each that it is normal again, and of what the UITD sums up. The UITD's own button has no reset of
 * its own but "alarm cleared".
 */
function operation(object: InformationObject, device: string): Facts {
  const words = operationsOf(object, device);
  const active = words.includes("manual_alarm");
  if (!active && !words.includes("reset") && !words.includes("alarm_cleared")) return NOTHING;
  const test = words.includes("test");
  const text = `${words.join(", ")} (operator ${numberOf(object, "operator")})`;
  return {
    ...NOTHING,
    resets: resetBy(words, device).map((address) => ({ address, at: object.at })),
    points: [point("call_point", device, { alarm: active, test }, object.at)],
    signals: [{ class: "alarm", type: "call_point", device, active, test, at: object.at, text }],
  };
}

function resetBy(words: readonly string[], device: string): string[] {
  if (device === UITD) return words.includes("manual_alarm") ? [] : [UITD];
  return words.includes("reset") ? [device, UITD] : [];
}

function operationsOf(object: InformationObject, device: string): string[] {
  const flags = numberOf(object, "operation");
  const words = device === UITD ? UITD_OPERATIONS : SYSTEM_OPERATIONS;
  return words.filter((_, bit) => ((flags >> bit) & 1) === 1);
}

function bitFields(state: number, bits: readonly StateBit[]): Record<string, boolean> {
  return Object.fromEntries(bits.map(({ bit, word }) => [word, ((state >> bit) & 1) === 1]));
}

function stateSignals(
  state: number,
  bits: readonly StateBit[],
  about: { device: string; object: InformationObject },
): Signal[] {
  const { device, object } = about;
  const test = (state & 1) === 0;
  const { text } = object.values;
  const said = typeof text === "string" && text !== "" ? { text } : {};
  const signal = (of: SignalClass, type: string, active: boolean): Signal => ({
    class: of,
    type,
    device,
    active,
    test,
    at: object.at,
    ...said,
  });
  const set = bits.filter(({ bit }) => ((state >> bit) & 1) === 1);
  if (set.length === 0 && !test) return [signal("alarm", "fire", false)];
  return set.map(({ word, class: of }) => signal(of, word, true));
}

function point(
  kind: Kind,
  device: string,
  fields: Record<string, FieldValue>,
  at: number | null,
): Point {
  return { kind, device, fields: at === null ? fields : { ...fields, device_time_ms: at }, at };
}

function systemOf(object: InformationObject): string {
  return `${numberOf(object, "system")}/${numberOf(object, "system_address")}`;
}

function componentOf(object: InformationObject): string {
  const address = numberOf(object, "component_address").toString(16).padStart(8, "0");
  return `${systemOf(object)}/0x${address}`;
}

function numberOf(object: InformationObject, name: string): number {
  const value = object.values[name];
  return typeof value === "number" ? value : 0;
}

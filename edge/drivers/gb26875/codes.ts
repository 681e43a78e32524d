/** The tables of GB/T 26875.3-2011 as data. What a code means to us stands beside it. */
import type { Kind, SignalClass } from "@anhu/core/points";

/** Layout of one information object (figures 18-46). `text` has its length in a byte before it, all numbers are low byte first. */
export interface TypeSpec {
  readonly name: string;
  readonly body: readonly Part[];
  /** A time label follows each object. */
  readonly label: boolean;
}

export type Part = readonly [
  name: string,
  form: "u8" | "u16" | "i16" | "u32" | "time" | "text31" | "text",
];

const system: readonly Part[] = [
  ["system", "u8"],
  ["system_address", "u8"],
];
const component: readonly Part[] = [
  ["component", "u8"],
  ["component_address", "u32"],
];
const address: Part = ["component_address", "u32"];
const reserved: readonly Part[] = [["reserved", "u8"]];
const version: readonly Part[] = [
  ["major", "u8"],
  ["minor", "u8"],
];
const operation: readonly Part[] = [
  ["operation", "u8"],
  ["operator", "u8"],
];
const records: readonly Part[] = [
  ["count", "u8"],
  ["from", "time"],
];

/** Type flags (table 3). All others are reserved (to 127) or the vendor's (128-255). */
export const TYPES: ReadonlyMap<number, TypeSpec> = new Map([
  [1, labelled("system state", [...system, ["state", "u16"]])],
  [2, labelled("component state", [...system, ...component, ["state", "u16"], ["text", "text31"]])],
  [3, labelled("component analog", [...system, ...component, ["analog", "u8"], ["value", "i16"]])],
  [4, labelled("system operation", [...system, ...operation])],
  [5, bare("system version", [...system, ...version])],
  [6, bare("system configuration", [...system, ["text", "text"]])],
  [7, bare("component configuration", [...system, ...component, ["text", "text31"]])],
  [8, labelled("system time", system)],
  [21, labelled("uitd state", [["state", "u8"]])],
  [24, labelled("uitd operation", operation)],
  [25, bare("uitd version", version)],
  [26, bare("uitd configuration", [["text", "text"]])],
  [28, labelled("uitd time", [])],
  [61, bare("read system state", system)],
  [62, bare("read component state", [...system, address])],
  [63, bare("read component analog", [...system, address])],
  [64, bare("read system operations", [...system, ...records])],
  [65, bare("read system version", system)],
  [66, bare("read system configuration", system)],
  [67, bare("read component configuration", [...system, address])],
  [68, bare("read system time", system)],
  [81, bare("read uitd state", reserved)],
  [84, bare("read uitd operations", records)],
  [85, bare("read uitd version", reserved)],
  [86, bare("read uitd configuration", reserved)],
  [88, bare("read uitd time", reserved)],
  [89, bare("initialise", reserved)],
  [90, bare("set clock", [["time", "time"]])],
  [91, bare("duty check", [["minutes", "u8"]])],
]);

/** One bit of a state: our word for it is the signal's type. Bit 0 (1 normal, 0 test) is not in these lists. */
export interface StateBit {
  readonly bit: number;
  readonly word: string;
  readonly class: SignalClass;
}

const common: readonly StateBit[] = [
  { bit: 1, word: "fire", class: "alarm" },
  { bit: 2, word: "fault", class: "trouble" },
];
const plant: readonly StateBit[] = [
  ...common,
  { bit: 3, word: "shielded", class: "supervisory" },
  { bit: 4, word: "supervisory", class: "supervisory" },
  { bit: 5, word: "started", class: "supervisory" },
  { bit: 6, word: "feedback", class: "supervisory" },
  { bit: 7, word: "delayed", class: "supervisory" },
  { bit: 8, word: "mains_fault", class: "trouble" },
];

/** Figure 6. Bit 12 (configuration changed) and 13 (reset) are events of the panel, kept in the frame's details. */
export const SYSTEM_BITS: readonly StateBit[] = [
  ...plant,
  { bit: 9, word: "backup_fault", class: "trouble" },
  { bit: 10, word: "bus_fault", class: "trouble" },
  { bit: 11, word: "manual", class: "supervisory" },
];
/** Figure 7. */
export const COMPONENT_BITS = plant;
/** Figure 13. */
export const UITD_BITS: readonly StateBit[] = [
  ...common,
  { bit: 3, word: "mains_fault", class: "trouble" },
  { bit: 4, word: "backup_fault", class: "trouble" },
  { bit: 5, word: "channel_fault", class: "trouble" },
  { bit: 6, word: "line_fault", class: "trouble" },
];

/** Figures 9 and 14, bit 0 first; bit 5 means something else at the UITD. */
export const SYSTEM_OPERATIONS = [
  "reset",
  "silence",
  "manual_alarm",
  "alarm_cleared",
  "self_test",
  "confirm",
  "test",
];
export const UITD_OPERATIONS = SYSTEM_OPERATIONS.with(5, "duty_check_answer");

/** The kind of a component type's own alarm (table 5); types without one are told by the panel's point alone. */
export function componentKind(type: number): Kind | null {
  if ((type >= 40 && type <= 44) || (type >= 50 && type <= 53)) return "smoke";
  if (type >= 30 && type <= 37) return "heat";
  if (type === 23 || type === 24) return "call_point";
  if ((type >= 10 && type <= 13) || type === 74) return "gas";
  if (type >= 16 && type <= 18) return "electrical_fire";
  return null;
}

/** An analog type: value = raw x `times` / `per`, in the unit of the field. */
export interface AnalogSpec {
  readonly quantity: string;
  /** Lowest and highest raw value that the standard allows. */
  readonly range: readonly [number, number];
  /** The kind that has `field` for this component type; null: none has, the value stays in the frame's details. */
  readonly kind: (componentType: number) => Kind | null;
  readonly field: string;
  readonly times: number;
  readonly per: number;
}

/** Analog types (table 6): raw is a signed 16-bit count of the unit step. */
export const ANALOGS: ReadonlyMap<number, AnalogSpec> = new Map([
  [1, analog("events", {})],
  [2, analog("height, 0.01 m", { kind: () => "water", field: "level_m", per: 100 })],
  [
    3,
    analog("temperature, 0.1 °C", {
      range: [-2730, 32_000],
      kind: temperatureKind,
      field: "temperature_c",
      per: 10,
    }),
  ],
  [4, analog("pressure, 0.1 MPa", { kind: () => "water", field: "pressure_kpa", times: 100 })],
  [5, analog("pressure, 0.1 kPa", { kind: () => "water", field: "pressure_kpa", per: 10 })],
  [
    6,
    analog("gas, 0.1 %LEL", { range: [0, 1000], kind: () => "gas", field: "gas_lel_pct", per: 10 }),
  ],
  [7, analog("time, 1 s", {})],
  [8, analog("voltage, 0.1 V", { kind: () => "device", field: "voltage_v", per: 10 })],
  [9, analog("current, 0.1 A", { kind: currentKind, field: "residual_current_ma", times: 100 })],
  [10, analog("flow, 0.1 L/s", {})],
  [11, analog("air volume, 0.1 m³/min", {})],
  [12, analog("wind speed, 1 m/s", { range: [0, 20] })],
]);

function analog(quantity: string, rest: Partial<AnalogSpec>): AnalogSpec {
  return { quantity, range: [0, 32_000], kind: () => null, field: "", times: 1, per: 1, ...rest };
}

function temperatureKind(componentType: number): Kind {
  const kind = componentKind(componentType);
  return kind === "heat" || kind === "electrical_fire" ? kind : "climate";
}

function currentKind(componentType: number): Kind | null {
  return componentKind(componentType) === "electrical_fire" ? "electrical_fire" : null;
}

function labelled(name: string, body: readonly Part[]): TypeSpec {
  return { name, body, label: true };
}

function bare(name: string, body: readonly Part[]): TypeSpec {
  return { name, body, label: false };
}

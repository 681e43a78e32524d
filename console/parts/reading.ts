/** A reading in words: the field's name, its value, its unit (the end of the field's name; UCUM in the registry). Pure. */
import type { DeviceView } from "@anhu/response/api";
import { fill } from "../words/index.ts";
import type { Words } from "../words/index.ts";

type Value = number | boolean | string;

/** Units are written alike in both languages. */
const UNITS: readonly (readonly [end: string, unit: string, digits: number])[] = [
  ["_pct", "%", 0],
  ["_c", "°C", 1],
  ["_ppm", "ppm", 0],
  ["_kpa", "kPa", 0],
  ["_ma", "mA", 0],
  ["_g", "g", 1],
  ["_bpm", "/min", 0],
  ["_rpm", "/min", 0],
  ["_lx", "lx", 0],
  ["_v", "V", 2],
  ["_dbm", "dBm", 0],
  ["_m", "m", 2],
];

/** The one field that tells most of each kind. */
const TELLING: Readonly<Record<string, string>> = {
  smoke: "alarm",
  heat: "alarm",
  call_point: "alarm",
  leak: "alarm",
  co: "co_ppm",
  gas: "gas_lel_pct",
  fire_panel: "fire",
  water: "pressure_kpa",
  electrical_fire: "residual_current_ma",
  fall: "fall",
  sos: "pressed",
  vitals: "heart_rate_bpm",
  occupancy: "present",
  bed: "occupied",
  door: "open",
  climate: "temperature_c",
  cold_chain: "temperature_c",
};

export function fieldWord(words: Words, field: string): string {
  const list: Readonly<Record<string, string>> = words.field;
  return list[field] ?? words.nothing;
}

export function unitOf(field: string): string {
  return UNITS.find(([end]) => field.endsWith(end))?.[1] ?? "";
}

/** `23.5 °C`, `是`, `疑似`. */
export function valueText(words: Words, field: string, value: Value): string {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "string") {
    const list: Readonly<Record<string, string>> = words.value;
    return list[value] ?? words.nothing;
  }
  const [, unit = "", digits = 0] = UNITS.find(([end]) => field.endsWith(end)) ?? [];
  return `${value.toFixed(Number.isInteger(value) ? 0 : digits)}${unit === "" || unit === "%" ? "" : " "}${unit}`;
}

/** What a device said last of its own kind: the telling field, else the first that there is. */
export function lastText(
  words: Words,
  { kind, last }: Pick<DeviceView, "kind" | "last">,
): string | null {
  const own = last.find((one) => one.kind === kind) ?? last.find((one) => one.kind !== "device");
  if (own === undefined) return null;
  const field = Object.hasOwn(own.fields, TELLING[own.kind] ?? "")
    ? (TELLING[own.kind] ?? "")
    : Object.keys(own.fields).find((name) => name !== "device_time_ms");
  const value = field === undefined ? undefined : own.fields[field];
  if (field === undefined || value === undefined) return null;
  return fill(words.pair, {
    name: fieldWord(words, field),
    value: valueText(words, field, value),
  });
}

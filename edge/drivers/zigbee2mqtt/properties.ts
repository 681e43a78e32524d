/**
 * Zigbee2MQTT property -> field of a kind, as data. Units and words differ between models; the inventory tells which.
 * Source: zigbee2mqtt.io, guide/usage/exposes; the models of zigbee-herdsman-converters.
 */
import type { FieldValue, Kind } from "@anhu/core/points";
import type { Expose } from "./inventory.ts";
import type { Words } from "./words.ts";
import {
  ALARM,
  BATTERY_LOW,
  BINARY,
  IN_BED,
  MOVING,
  said,
  SELF_TEST_FAILED,
  TARGET,
} from "./words.ts";

export type Fact = readonly [kind: Kind, field: string, value: FieldValue];

/** Makes a fact of a value that is not null; null when the value is none of the property's. */
type Rule = (value: unknown, expose: Expose | undefined) => Fact | null;

type Scale = (value: number, unit: string | undefined) => number | null;
/** A fault is named by the device in words of its own: everything but these is one. */
const NO_FAULT: readonly string[] = ["", "none", "normal", "ok"];

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["smoke", truth("smoke", "alarm")],
  ["smoke_state", words("smoke", "alarm", ALARM)],
  ["smoke_density_dbm", quantity("smoke", "obscuration_pct", obscuration)],
  ["carbon_monoxide", truth("co", "alarm")],
  ["co_state", words("co", "alarm", ALARM)],
  ["co", quantity("co", "co_ppm")],
  ["co_ppm", quantity("co", "co_ppm")],
  ["carbon_monoxide_value", quantity("co", "co_ppm")],
  ["gas", either(truth("gas", "alarm"), quantity("gas", "gas_lel_pct", lel))],
  ["gas_sensor_state", words("gas", "alarm", ALARM)],
  ["gas_value", quantity("gas", "gas_lel_pct", lel)],
  ["gas_density", quantity("gas", "gas_lel_pct", lel)],
  ["water_leak", truth("leak", "alarm")],
  ["active_water_leak", truth("leak", "alarm")],
  ["leak_detect", truth("leak", "alarm")],
  // Closed is true, in every model and in both spellings; `value_on` is what a dashboard calls "on".
  ["contact", (value) => negated(truth("door", "open")(value, undefined))],
  ["opened", truth("door", "open")],
  ["occupancy", truth("occupancy", "present")],
  ["presence", truth("occupancy", "present")],
  ["motion_state", words("occupancy", "moving", MOVING)],
  ["human_motion_state", words("occupancy", "moving", MOVING)],
  ["presence_state", words("occupancy", "moving", MOVING)],
  ["target_type", words("occupancy", "moving", TARGET)],
  ["state", words("occupancy", "moving", MOVING)],
  ["target_distance", quantity("occupancy", "distance_m", metres)],
  ["closest_target_distance", quantity("occupancy", "distance_m", metres)],
  ["distance", quantity("occupancy", "distance_m", metres)],
  ["work_state", words("bed", "occupied", IN_BED)],
  ["sos", truth("sos", "pressed")],
  ["sos_alarm", truth("sos", "pressed")],
  ["battery", quantity("device", "battery_pct")],
  ["battery2", quantity("device", "battery_pct")],
  ["battery_value", quantity("device", "battery_pct")],
  ["smoke_battery", quantity("device", "battery_pct")],
  ["battery_low", truth("device", "battery_low")],
  ["battery_state", words("device", "battery_low", BATTERY_LOW)],
  ["battery_level", words("device", "battery_low", BATTERY_LOW)],
  ["voltage", quantity("device", "voltage_v", volts)],
  ["linkquality", quantity("device", "link_quality")],
  ["tamper", truth("device", "tamper")],
  ["fault", either(truth("device", "fault"), fault)],
  ["fault_state", fault],
  ["fault_alarm", truth("device", "fault")],
  ["device_fault", truth("device", "fault")],
  ["trouble", truth("device", "fault")],
  ["end_of_life", truth("device", "fault")],
  ["self_test", words("device", "fault", SELF_TEST_FAILED)],
  ["self_test_result", words("device", "fault", SELF_TEST_FAILED)],
  ["temperature", quantity("climate", "temperature_c")],
  ["humidity", quantity("climate", "humidity_pct")],
  ["co2", quantity("climate", "co2_ppm")],
  ["illuminance", quantity("climate", "illuminance_lx")],
]);

/** Models that say what they detect under a name that fits every alarm zone. */
const MODELS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["MIR-SM100-E", new Map([["alarm_1", "smoke"]])],
  // Smoke and CO in one, without an alarm of its own for CO.
  ["HM-636THV-AC-M", new Map([["alarm_state", "co_state"]])],
  ["FB56-DOS06HM1.1", new Map([["alarm_1", "opened"]])],
  ["S901D-ZG", new Map([["alarm_1", "opened"]])],
  ["1811680", new Map([["alarm_1", "opened"]])],
]);

/** `water_leak_zone_1`, `channel_3_leak_detect_19`, `occupancy_2`: one property of a device with several endpoints. */
const ENDPOINT = /^(?:(?:input|channel)_\d+_)?(.+?)(?:_(?:\d+|zone_\d+|wire_\d+|both_zones))?$/;

/** The facts of a fall detector: what it takes back is cancelled, so that a suspicion does not stand for ever. */
const FALLS: ReadonlyMap<string, readonly [fall: boolean, stage: string]> = new Map([
  ["none", [false, "cancelled"]],
  ["normal", [false, "cancelled"]],
  ["maybe_fall", [false, "suspected"]],
  ["fall_warning", [false, "suspected"]],
  ["fall", [true, "confirmed"]],
  ["fall_alarm", [true, "confirmed"]],
]);

/** Reads one property; null: nobody knows this property, or this value of it. The value must not be null. */
export function readProperty(
  property: string,
  value: unknown,
  about: { model: string; expose: Expose | undefined },
): readonly Fact[] | null {
  if (property === "fall_down_status" || property === "fall_status") return fallOf(value);
  const name = MODELS.get(about.model)?.get(property) ?? property;
  const rule = RULES.get(name) ?? RULES.get(ENDPOINT.exec(name)?.[1] ?? name);
  const fact = rule?.(value, about.expose) ?? null;
  return fact === null ? null : [fact];
}

/** Whether a property says that the device is being tested; null: it is not about that. */
export function testOf(property: string, value: unknown): boolean | null {
  if (property === "halo_alert_state") return String(value).endsWith("_test");
  if (["test", "test_in_progress", "testing"].includes(property)) return value === true;
  if (property !== "self_test" && property !== "self_test_result") return null;
  return value === true || /^checking$/i.test(String(value));
}

function fallOf(value: unknown): readonly Fact[] | null {
  const known = FALLS.get(String(value));
  if (known === undefined) return null;
  return [
    ["fall", "fall", known[0]],
    ["fall", "stage", known[1]],
  ];
}

function truth(kind: Kind, field: string): Rule {
  return (value, expose) => {
    const is = truthOf(value, expose);
    return is === null ? null : [kind, field, is];
  };
}

function truthOf(value: unknown, expose: Expose | undefined): boolean | null {
  if (expose?.on !== undefined && value === expose.on) return true;
  if (expose?.off !== undefined && value === expose.off) return false;
  return typeof value === "boolean" ? value : said(value, BINARY);
}

function negated(fact: Fact | null): Fact | null {
  return fact === null ? null : [fact[0], fact[1], fact[2] === false];
}

function words(kind: Kind, field: string, known: Words): Rule {
  return (value) => {
    const is = said(value, known);
    return is === null ? null : [kind, field, is];
  };
}

function quantity(kind: Kind, field: string, scale: Scale = (value) => value): Rule {
  return (value, expose) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return null;
    const scaled = scale(value, expose?.unit);
    return scaled === null ? null : [kind, field, scaled];
  };
}

function either(first: Rule, second: Rule): Rule {
  return (value, expose) => first(value, expose) ?? second(value, expose);
}

function fault(value: unknown): Fact | null {
  if (typeof value !== "string") return null;
  return ["device", "fault", !NO_FAULT.includes(value.toLowerCase())];
}

/** assumption: without a stated unit 1000 and more are millivolts; no device here runs on 1000 V. */
function volts(value: number, unit: string | undefined): number {
  if (unit === undefined) return value >= 1000 ? value / 1000 : value;
  return unit === "mV" ? value / 1000 : value;
}

/** assumption: without a stated unit more than 20 are centimetres; no such radar sees 20 m. */
function metres(value: number, unit: string | undefined): number {
  if (unit === undefined) return value > 20 ? value / 100 : value;
  return unit === "cm" ? value / 100 : value;
}

/** Only what says that it is a share of the lower explosive limit: `gas` is also a meter's cubic metres, `gas_value` also ppm. */
function lel(value: number, unit: string | undefined): number | null {
  return unit?.includes("LEL") === true ? value : null;
}

/** Optical density in dB/m to the share of light lost over one metre. */
function obscuration(value: number): number {
  return 100 * (1 - 10 ** (-value / 10));
}

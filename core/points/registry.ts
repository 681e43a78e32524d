/**
 * The registry of kinds, fields and types: the one table that drivers, rules and both stores check against.
 * A kind is the measurement in line protocol; a field has one type for ever. Units stand in the field's name (UCUM).
 */
export type FieldType = "number" | "boolean" | readonly string[];

export interface KindSpec {
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Worn by or tied to a person: the tag `resident` is complete on these (`none` when unknown). */
  readonly resident: boolean;
}

/** On every kind: the device's own time, UTC milliseconds; the point itself carries the edge's. */
export const COMMON_FIELDS = { device_time_ms: "number" } as const satisfies Record<
  string,
  FieldType
>;

const b = "boolean";
const n = "number";

export const KINDS = {
  smoke: { resident: false, fields: { alarm: b, test: b, obscuration_pct: n } },
  heat: { resident: false, fields: { alarm: b, test: b, temperature_c: n } },
  call_point: { resident: false, fields: { alarm: b, test: b } },
  leak: { resident: false, fields: { alarm: b, test: b } },
  co: { resident: false, fields: { alarm: b, co_ppm: n } },
  gas: { resident: false, fields: { alarm: b, gas_lel_pct: n } },
  fire_panel: {
    resident: false,
    fields: {
      normal: b,
      fire: b,
      fault: b,
      shielded: b,
      supervisory: b,
      started: b,
      feedback: b,
      delayed: b,
      mains_fault: b,
      backup_fault: b,
      bus_fault: b,
      manual: b,
    },
  },
  water: { resident: false, fields: { pressure_kpa: n, level_m: n, low: b, high: b } },
  electrical_fire: {
    resident: false,
    fields: { residual_current_ma: n, temperature_c: n, alarm: b },
  },
  fall: {
    resident: true,
    fields: { fall: b, stage: ["suspected", "confirmed", "cancelled"], impact_g: n },
  },
  sos: { resident: true, fields: { pressed: b } },
  vitals: {
    resident: true,
    fields: {
      heart_rate_bpm: n,
      spo2_pct: n,
      skin_temperature_c: n,
      respiration_rpm: n,
      worn: b,
      charging: b,
    },
  },
  occupancy: { resident: false, fields: { present: b, moving: b, distance_m: n, count: n } },
  bed: { resident: true, fields: { occupied: b } },
  door: { resident: false, fields: { open: b } },
  climate: {
    resident: false,
    fields: { temperature_c: n, humidity_pct: n, co2_ppm: n, illuminance_lx: n },
  },
  cold_chain: { resident: false, fields: { temperature_c: n, door_open: b } },
  device: {
    resident: false,
    fields: {
      battery_pct: n,
      voltage_v: n,
      rssi_dbm: n,
      link_quality: n,
      battery_low: b,
      tamper: b,
      online: b,
      fault: b,
      stuck: b,
    },
  },
} as const satisfies Record<string, KindSpec>;

export type Kind = keyof typeof KINDS;

export function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name);
}

/** The type that `field` has on `kind`, or undefined when the registry does not know it. Safe for hostile names. */
export function fieldType(kind: Kind, field: string): FieldType | undefined {
  const fields: Readonly<Record<string, FieldType>> = KINDS[kind].fields;
  if (Object.hasOwn(fields, field)) return fields[field];
  if (Object.hasOwn(COMMON_FIELDS, field)) return COMMON_FIELDS.device_time_ms;
  return undefined;
}

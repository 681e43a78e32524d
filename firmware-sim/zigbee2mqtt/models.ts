import type { Kind } from "@anhu/core/points";

/** One property that a model exposes, as Zigbee2MQTT lists it in `bridge/devices`. `access` 1: published only. */
export interface Expose {
  readonly name: string;
  readonly property: string;
  readonly type: "binary" | "numeric" | "enum";
  readonly access: 1;
  readonly unit?: string;
  readonly value_on?: boolean;
  readonly value_off?: boolean;
  readonly value_min?: number;
  readonly value_max?: number;
  readonly values?: readonly string[];
}

export interface Model {
  readonly model: string;
  readonly vendor: string;
  readonly description: string;
  readonly modelId: string;
  readonly manufacturer: string;
  readonly power: "Battery" | "Mains (single phase)";
  readonly exposes: readonly Expose[];
}

/** The model that stands for each kind in the simulated facility; exposes as in zigbee-herdsman-converters 26.112.0. */
export const MODELS: Partial<Record<Kind, Model>> = {
  smoke: {
    model: "HS1SA-E",
    vendor: "Heiman",
    description: "Smart smoke alarm",
    modelId: "SmokeSensor-EF-3.0",
    manufacturer: "HEIMAN",
    power: "Battery",
    exposes: [binary("smoke"), binary("battery_low"), battery(), binary("test")],
  },
  co: {
    model: "ZC-HM",
    vendor: "Moes",
    description: "Carbon monoxide alarm",
    modelId: "TS0601",
    manufacturer: "_TZE200_hr0tdd47",
    power: "Battery",
    exposes: [binary("carbon_monoxide"), numeric("co", "ppm"), battery()],
  },
  gas: {
    model: "TS0601_gas_sensor_2",
    vendor: "Tuya",
    description: "Gas sensor",
    modelId: "TS0601",
    manufacturer: "_TZE200_nus5kk3n",
    power: "Mains (single phase)",
    exposes: [binary("gas"), numeric("gas_value", "LEL")],
  },
  door: {
    model: "MCCGQ11LM",
    vendor: "Aqara",
    description: "Door and window sensor",
    modelId: "lumi.sensor_magnet.aq2",
    manufacturer: "LUMI",
    power: "Battery",
    // Contact made is "off": the sensor reports the closed door.
    exposes: [battery(), { ...binary("contact"), value_on: false, value_off: true }, voltage()],
  },
  occupancy: {
    model: "SNZB-03",
    vendor: "SONOFF",
    description: "Motion sensor",
    modelId: "MS01",
    manufacturer: "eWeLink",
    power: "Battery",
    exposes: [battery(), voltage(), binary("occupancy"), binary("battery_low")],
  },
  sos: {
    model: "TS0215A_sos",
    vendor: "Tuya",
    description: "SOS button",
    modelId: "TS0215A",
    manufacturer: "_TZ3000_4fsgukof",
    power: "Battery",
    exposes: [
      battery(),
      voltage(),
      { name: "action", property: "action", type: "enum", access: 1, values: ["emergency"] },
    ],
  },
};

function binary(name: string): Expose {
  return { name, property: name, type: "binary", access: 1, value_on: true, value_off: false };
}

function numeric(name: string, unit: string): Expose {
  return { name, property: name, type: "numeric", access: 1, unit };
}

function battery(): Expose {
  return { ...numeric("battery", "%"), value_min: 0, value_max: 100 };
}

function voltage(): Expose {
  return numeric("voltage", "mV");
}

/** Every detector model of zigbee-herdsman-converters (MIT), read from the folder that ANHU_CORPORA names; it is not part of this repository. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { zigbeeDecoder } from "./decode.ts";

interface Expose {
  name: string;
  property?: string;
  type: string;
  unit?: string;
  value_on?: unknown;
  value_off?: unknown;
}
interface Model {
  model: string;
  vendor: string;
  exposes: Expose[];
}

/** What a binary property is to us; contact is closed when true. */
const BINARY: Readonly<Record<string, readonly [kind: string, field: string]>> = {
  smoke: ["smoke", "alarm"],
  carbon_monoxide: ["co", "alarm"],
  gas: ["gas", "alarm"],
  water_leak: ["leak", "alarm"],
  contact: ["door", "open"],
  occupancy: ["occupancy", "present"],
  presence: ["occupancy", "present"],
  sos: ["sos", "pressed"],
  sos_alarm: ["sos", "pressed"],
  battery_low: ["device", "battery_low"],
  tamper: ["device", "tamper"],
};
/** What 1000 of a property's unit are to us. */
const NUMERIC: Readonly<
  Record<string, readonly [kind: string, field: string, Readonly<Record<string, number>>]>
> = {
  battery: ["device", "battery_pct", { "%": 1000, "": 1000 }],
  voltage: ["device", "voltage_v", { mV: 1, V: 1000 }],
  target_distance: ["occupancy", "distance_m", { cm: 10, m: 1000 }],
  distance: ["occupancy", "distance_m", { m: 1000 }],
  co: ["co", "co_ppm", { ppm: 1000 }],
  gas: ["gas", "gas_lel_pct", { "%LEL": 1000 }],
  gas_value: ["gas", "gas_lel_pct", { LEL: 1000, "LEL %": 1000 }],
  temperature: ["climate", "temperature_c", { "°C": 1000 }],
  humidity: ["climate", "humidity_pct", { "%": 1000 }],
};

const folder = process.env["ANHU_CORPORA"];

test.skipIf(folder === undefined)(
  "every model of the corpus decodes with the right polarity and unit (needs ANHU_CORPORA)",
  () => {
    const { models } = JSON.parse(
      readFileSync(join(folder ?? "", "zigbee-exposes.json"), "utf8"),
    ) as { models: Model[] };
    let checked = 0;
    for (const model of models) {
      const decode = deviceOf(model);
      for (const expose of model.exposes) {
        for (const [value, kind, field, expected] of casesOf(expose)) {
          const decoded = decode({ [propertyOf(expose)]: value });
          expect(
            decoded,
            `${model.vendor} ${model.model} ${propertyOf(expose)} ${String(value)}`,
          ).toMatchObject({
            points: [{ kind, fields: { [field]: expected } }],
          });
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(2000);
  },
);

function casesOf(
  expose: Expose,
): [value: unknown, kind: string, field: string, expected: unknown][] {
  const numeric = NUMERIC[propertyOf(expose)];
  if (expose.type === "numeric" && numeric !== undefined) {
    const [kind, field, units] = numeric;
    const expected = units[expose.unit ?? ""];
    return expected === undefined ? [] : [[1000, kind, field, expected]];
  }
  const binary = expose.type === "binary" ? BINARY[expose.name] : undefined;
  if (binary === undefined) return [];
  const [kind, field] = binary;
  const { value_on: on, value_off: off } = expose;
  const open = field === "open" && (on === true || on === "ON");
  return [
    [on, kind, field, !open],
    [off, kind, field, open],
  ];
}

function deviceOf(model: Model): (payload: object) => unknown {
  const decode = zigbeeDecoder("z");
  const inventory = [
    { friendly_name: "d", definition: { model: model.model, exposes: model.exposes } },
  ];
  const send = (topic: string, value: unknown): unknown =>
    decode({ topic, payload: Buffer.from(JSON.stringify(value)), retained: false });
  send("z/bridge/devices", inventory);
  return (payload) => send("z/d", payload);
}

function propertyOf(expose: Expose): string {
  return expose.property ?? expose.name;
}

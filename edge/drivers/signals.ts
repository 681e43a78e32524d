/** What a point says in the field's words, for drivers whose messages name every state that they report. */
import type { Point, Signal, SignalClass } from "@anhu/core/points";

interface Meaning {
  readonly class: SignalClass;
  readonly type: string;
  readonly field: string;
  /** Values of the field that are the active state. */
  readonly is: readonly (boolean | string)[];
}

const YES: readonly boolean[] = [true];

function alarm(type: string): Meaning {
  return { class: "alarm", type, field: "alarm", is: YES };
}

function trouble(type: string, field: string, is = YES): Meaning {
  return { class: "trouble", type, field, is };
}

const MEANINGS: ReadonlyMap<string, readonly Meaning[]> = new Map<string, readonly Meaning[]>([
  ["smoke", [alarm("fire")]],
  ["heat", [alarm("fire")]],
  ["electrical_fire", [alarm("electrical_fire")]],
  ["call_point", [alarm("call_point")]],
  ["co", [alarm("co")]],
  ["gas", [alarm("gas")]],
  ["leak", [{ ...alarm("leak"), class: "supervisory" }]],
  [
    "fall",
    [
      { class: "care", type: "fall", field: "fall", is: YES },
      { class: "care", type: "fall", field: "stage", is: ["suspected", "confirmed"] },
    ],
  ],
  ["sos", [{ class: "care", type: "sos", field: "pressed", is: YES }]],
  [
    "device",
    [
      trouble("fault", "fault"),
      trouble("tamper", "tamper"),
      trouble("battery_low", "battery_low"),
      trouble("offline", "online", [false]),
    ],
  ],
]);

/** One signal per state that the points report, active or not. `test` is the message's own word for it. */
export function signalsOf(points: readonly Point[], test: boolean): Signal[] {
  const signals = new Map<string, Signal>();
  for (const point of points) {
    const { device, at } = point;
    for (const { class: of, type, field, is } of MEANINGS.get(point.kind) ?? []) {
      const value = point.fields[field];
      if (value === undefined || typeof value === "number") continue;
      const key = `${device} ${type}`;
      const active = is.includes(value) || signals.get(key)?.active === true;
      signals.set(key, { class: of, type, device, active, test, at });
    }
  }
  return [...signals.values()];
}

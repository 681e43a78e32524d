/**
 * What response writes beside the devices' readings, so that boards can show how alarms were answered: one table, like that of the kinds,
 * for who writes, who asks, and the roll-ups. No person is in it, not even by a pseudonym.
 *
 * A point's time is response's wall clock in milliseconds, and below them, as nanoseconds, its row's position in response's database: so
 * no two points of a series share a time, and one that is written again is the same one.
 */
import { DELIVERY_STATES, INCIDENT_STATES } from "../states/index.ts";
import type { FieldType } from "./registry.ts";

export interface MeasurementSpec {
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, FieldType | "text">>;
}

const b = "boolean";
const n = "number";

export const RESPONSE_MEASUREMENTS = {
  /** One point per change of an incident's state. */
  incident: {
    /** As of the change: `room`, `class` and `severity` are those of its gravest alert so far. */
    tags: ["facility", "room", "kind", "class", "severity"],
    fields: {
      state: INCIDENT_STATES,
      /** The incident's id. */
      incident: "text",
      /** It was opened by this change, or an alert after its end opened it again. */
      opened: b,
      /** 1: there is one more open incident in this series now; -1: one less. The sum of a series is how many are open in it. */
      open_change: n,
      drill: b,
      /** From the opening to the first such change, on that change. */
      seconds_to_notify: n,
      seconds_to_acknowledge: n,
      seconds_to_arrive: n,
      seconds_to_resolve: n,
    },
  },
  /** One point per message to a person over one channel, with its state as of now: at each change it is written anew. */
  delivery: {
    tags: ["facility", "channel", "role", "purpose"],
    fields: {
      state: DELIVERY_STATES,
      failed: b,
      drill: b,
      /** How often it was tried. */
      attempts: n,
      /** From recorded to accepted by the far end; to shown by the person's device. */
      seconds_to_send: n,
      seconds_to_deliver: n,
    },
  },
} as const satisfies Record<string, MeasurementSpec>;

export type ResponseMeasurement = keyof typeof RESPONSE_MEASUREMENTS;

import type { SignalClass } from "@anhu/core/points";
import type { DeliveryState, IncidentState } from "@anhu/core/states";

export type Section = "alarms" | "rooms" | "people" | "devices" | "response";

export type PanelKey =
  | "openNow"
  | "unanswered"
  | "drills"
  | "opened"
  | "detectors"
  | "log"
  | "presence"
  | "doors"
  | "temperature"
  | "air"
  | "water"
  | "beds"
  | "worn"
  | "calls"
  | "heartRate"
  | "oxygen"
  | "skin"
  | "silent"
  | "troubles"
  | "battery"
  | "signal"
  | "lastSeen"
  | "usual"
  | "slowest"
  | "deliveries"
  | "channels"
  | "failures";

/** NFPA 72's classes and ours, the gravest first. */
export const CLASSES = [
  "alarm",
  "care",
  "health",
  "supervisory",
  "trouble",
] as const satisfies readonly SignalClass[];

/** Every word of a board in one language. */
export interface Words {
  readonly language: "zh" | "en";
  readonly title: string;
  readonly description: string;
  /** Where there is no figure. */
  readonly nothing: string;
  readonly sections: Readonly<Record<Section, string>>;
  readonly panels: Readonly<Record<PanelKey, { readonly title: string; readonly text: string }>>;
  /** A panel's text with the requirements that it serves. */
  readonly serving: (text: string, ids: readonly string[]) => string;
  readonly variables: Readonly<Record<"datasource" | "facility" | "room", string>>;
  readonly classes: Readonly<Record<(typeof CLASSES)[number], string>>;
  readonly kinds: Readonly<Record<"silent" | "gateway-silent" | "trouble" | "supervisory", string>>;
  readonly steps: Readonly<Record<"notify" | "acknowledge" | "arrive" | "resolve", string>>;
  readonly deliveries: Readonly<Record<DeliveryState, string>>;
  readonly series: Readonly<
    Record<
      | "unanswered"
      | "drills"
      | "co"
      | "gas"
      | "occupied"
      | "empty"
      | "worn"
      | "notWorn"
      | "falls"
      | "sos"
      | "min"
      | "mean"
      | "max",
      string
    >
  >;
  readonly present: { readonly yes: string; readonly no: string };
  readonly open: { readonly yes: string; readonly no: string };
  readonly units: { readonly perMinute: string };
  readonly columns: Readonly<
    Record<
      | "Time"
      | "room"
      | "device"
      | "kind"
      | "class"
      | "severity"
      | "state"
      | "drill"
      | "times"
      | "slowest"
      | "channel"
      | "role"
      | "purpose"
      | "battery_pct"
      | "rssi_dbm"
      | "link_quality",
      string
    >
  >;
  /** What stands in a table for a word of the data. */
  readonly values: Readonly<
    Record<IncidentState | DeliveryState | (typeof CLASSES)[number], string>
  > &
    Readonly<Record<string, string>>;
}

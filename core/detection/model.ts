import type { KnownDevice } from "../facility/index.ts";
import type { OpenEvent } from "../grouping/index.ts";
import type { Kind, Point, SignalClass } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Severity } from "../states/index.ts";
import type { Alert } from "../wire/index.ts";

/** A point as the edge keeps it: named by the facility file, with the edge's own strictly increasing time. */
export interface StampedPoint extends Point {
  /** The facility's device id. */
  readonly device: string;
  /** `none` when the device stands in no room. */
  readonly room: string;
  /** Edge time, UTC ms. */
  readonly at: number;
  /**
   * Who of several that speak as one device says so: the address on the wire behind a line's own device (`1/1`, `11/1`, `uitd`).
   * What one part says never ends what another has shown.
   */
  readonly part?: string;
}

/** What the rules are applied to: made once per facility file. */
export interface DetectionModel {
  readonly facility: string;
  readonly devices: ReadonlyMap<string, KnownDevice>;
  readonly rules: readonly Rule[];
  readonly silentRules: readonly Rule[];
  /** The rules that read a kind, so that a point meets only those. */
  readonly byKind: ReadonlyMap<Kind, readonly Rule[]>;
  /** How long each supervised device may be silent, ms; lines stand before their devices. */
  readonly supervised: ReadonlyMap<string, number>;
}

/** What one kind of point of one part (`signKey`) has said of a rule. */
export interface SignState {
  /** When it last met the rule. */
  readonly at: number;
  /** How severe it says it is now; null: over. */
  readonly now: Severity | null;
  /** The device's own time of that, UTC ms, where it gave one. */
  readonly said?: number;
  /** It is over, and nobody has reset it. */
  readonly latched?: true;
  /** A reset came whose own time is earlier than `said`: what the device says next decides. */
  readonly doubted?: true;
}

/** A sensor on the wire, as the facility file had it. */
export interface Origin {
  readonly kind: Kind;
  /** Its line or source. */
  readonly wire: string;
  readonly address: string;
}

/** The state of one rule on one device, key `rule|device`. It outlives the alarm, so that a re-sent reading is known. */
export interface AlarmSlot {
  readonly t: "alarm";
  readonly active: boolean;
  readonly onset: number;
  readonly event: string;
  /** Key of the event's slot. */
  readonly group: string;
  readonly severity: Severity;
  readonly subject: Alert["subject"];
  /** When people were last told of it. */
  readonly told: number;
  /** By `signKey`. The alarm is over when no sign shows it and none is latched. */
  readonly signs: Readonly<Record<string, SignState>>;
  /** Raised by a device in test mode. */
  readonly drill?: true;
  /** Of its rule, which a later version may not have. */
  readonly class?: SignalClass;
  /** What showed it: another sensor under the same id never ends it. */
  readonly of?: Origin;
}

/** A device is in test mode, key `test|device`. */
export interface TestSlot {
  readonly t: "test";
  /** It ends then, UTC ms. */
  readonly until: number;
}

/** When a device was last heard, key `seen|device`. */
export interface SeenSlot {
  readonly t: "seen";
  readonly at: number;
}

/** When the detector itself last ran and must run next, key `clock`. */
export interface ClockSlot {
  readonly t: "clock";
  readonly at: number;
  readonly due: number;
}

/** The latest event of one group and scope, key `event|group|scope`. */
export interface EventSlot extends OpenEvent {
  readonly t: "event";
}

/** One durable row of the detector: plain JSON, so that it survives a restart as it is. */
export type Slot = AlarmSlot | SeenSlot | ClockSlot | EventSlot | TestSlot;

export type DetectionState = ReadonlyMap<string, Slot>;

/** What a panel takes back when somebody resets it; what still burns it says again (EN 54-2:1997, 7.6: within 20 s). */
export interface PanelReset {
  /** Its components. */
  readonly devices: readonly string[];
  /** Parts of the line's own device. */
  readonly parts?: { readonly device: string; readonly names: readonly string[] };
  /** The panel's own time of it, UTC ms: what a device has said later than that stays. */
  readonly said?: number;
}

/** `at` is edge time, UTC ms. */
export type Input =
  | { readonly type: "points"; readonly at: number; readonly points: readonly StampedPoint[] }
  /** Time has passed. */
  | { readonly type: "tick"; readonly at: number }
  /** These were alive without a reading: a keep-alive on a line. */
  | { readonly type: "heard"; readonly at: number; readonly devices: readonly string[] }
  | ({ readonly type: "reset"; readonly at: number } & PanelReset)
  /**
   * A person at the scene resets these alerts, by id, or all that are only held by their latch. A life alarm whose sensor still
   * shows it stays, unless the sensor is lost; a call for help ends, for many buttons never say that they were let go.
   */
  | {
      readonly type: "reset_alerts";
      readonly at: number;
      readonly alerts: readonly string[] | "latched";
    }
  /** Until then (UTC ms) alerts of the device are drills; null: no longer. */
  | {
      readonly type: "test_mode";
      readonly at: number;
      readonly device: string;
      readonly until: number | null;
    };

export interface Detection {
  /** Slots to write, null: to delete; the caller applies them to its map and its rows in one transaction with the points and alerts. */
  readonly changes: ReadonlyMap<string, Slot | null>;
  readonly alerts: readonly Alert[];
  /** A tick is due at this edge time at the latest. */
  readonly wakeAt: number;
}

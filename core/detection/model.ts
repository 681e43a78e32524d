import type { KnownDevice } from "../facility/index.ts";
import type { OpenEvent } from "../grouping/index.ts";
import type { Kind, Point } from "../points/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Alert, Severity } from "../wire/index.ts";

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
  /** Per kind of point and part (`signKey`): when it last met the rule, and how severe it says it is now (null: over). */
  readonly signs: Readonly<Record<string, { readonly at: number; readonly now: Severity | null }>>;
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
export type Slot = AlarmSlot | SeenSlot | ClockSlot | EventSlot;

export type DetectionState = ReadonlyMap<string, Slot>;

/** `at` is edge time, UTC ms. */
export type Input =
  | { readonly type: "points"; readonly at: number; readonly points: readonly StampedPoint[] }
  /** Time has passed. */
  | { readonly type: "tick"; readonly at: number }
  /** These were alive without a reading: a keep-alive on a line. */
  | { readonly type: "heard"; readonly at: number; readonly devices: readonly string[] }
  /** Somebody reset these at the panel or by command: what still holds is raised again by its next reading. */
  | { readonly type: "reset"; readonly at: number; readonly devices: readonly string[] };

export interface Detection {
  /** Slots to write, null: to delete; the caller applies them to its map and its rows in one transaction with the points and alerts. */
  readonly changes: ReadonlyMap<string, Slot | null>;
  readonly alerts: readonly Alert[];
  /** A tick is due at this edge time at the latest. */
  readonly wakeAt: number;
}

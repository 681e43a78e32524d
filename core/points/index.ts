export type { FieldType, Kind, KindSpec } from "./registry.ts";
export { COMMON_FIELDS, isKind, KINDS, fieldType } from "./registry.ts";
export type { MeasurementSpec, ResponseMeasurement } from "./response-points.ts";
export { RESPONSE_MEASUREMENTS } from "./response-points.ts";

import type { Kind } from "./registry.ts";

/** A value of a field: numbers are floats, states booleans, words from a closed list. */
export type FieldValue = number | boolean | string;

/** What a driver made of the wire: not yet stamped by the edge. `device` is the address on the wire until the facility file names it. */
export interface Point {
  readonly kind: Kind;
  readonly device: string;
  readonly room?: string;
  readonly resident?: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** The device's own time, UTC milliseconds; null when it sent none or an impossible one. */
  readonly at: number | null;
}

/** NFPA 72's classes, plus care and health (DESIGN.md, "Signals"). */
export type SignalClass = "alarm" | "supervisory" | "trouble" | "care" | "health";

/** What a frame or packet says has happened, in the field's words. Types: docs/glossary.md. */
export interface Signal {
  readonly class: SignalClass;
  readonly type: string;
  readonly device: string;
  readonly active: boolean;
  readonly test: boolean;
  readonly at: number | null;
  readonly text?: string;
}

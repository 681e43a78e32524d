/**
 * Readings as the API shows them. They are ingest's: response only reads them, from the same store and by the same variables.
 */
import { AnhuError } from "@anhu/core/errors";
import type { FieldValue } from "@anhu/core/points";

export interface ReadingQuery {
  readonly facility: string;
  readonly device?: string;
  /** Only readings that have it, and only its value. */
  readonly field?: string;
  /** UTC ms, `to` excluded. */
  readonly from: number;
  readonly to: number;
  /** Of each interval of so many ms since 1970 only the last value of `field`, at the interval's start. */
  readonly every?: number;
  /** How many at most, the earliest first. */
  readonly limit: number;
}

export interface Reading {
  readonly kind: string;
  readonly gateway: string;
  readonly device: string;
  readonly room: string;
  /** null where the kind has none. */
  readonly resident: string | null;
  /** UTC ms of the edge. */
  readonly at: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface LastQuestion {
  readonly facility: string;
  /** UTC ms: what is older is not looked for. */
  readonly since: number;
}

/** What a device reported last of one kind. */
export interface LastReading {
  readonly device: string;
  readonly kind: string;
  /** UTC ms of the edge: the newest report. */
  readonly at: number;
  /** Of each field its latest value, which an older report may have brought. */
  readonly fields: Reading["fields"];
}

/** Where readings lie. */
export interface Readings {
  /** By `at`, kind and device. Rejects with `readings_unavailable`. */
  query(query: ReadingQuery): Promise<readonly Reading[]>;
  /** Of every device of a facility, per kind, by device and then the newest first. Rejects with `readings_unavailable`. */
  last(question: LastQuestion): Promise<readonly LastReading[]>;
}

/** By device, then the newest first. */
export function inOrder(found: readonly LastReading[]): readonly LastReading[] {
  return found.toSorted(
    (a, b) => order(a.device, b.device) || b.at - a.at || order(a.kind, b.kind),
  );
}

export function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A question may take so long: nobody waits longer for a chart. */
export const ANSWER_MS = 5_000;

export function unavailable(detail: string, cause?: unknown): AnhuError {
  const options = { fault: "environment", retry: true, cause } as const;
  return new AnhuError("readings_unavailable", detail, options);
}

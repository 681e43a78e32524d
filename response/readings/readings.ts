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

/** Where readings lie. */
export interface Readings {
  /** By `at`, kind and device. Rejects with `readings_unavailable`. */
  query(query: ReadingQuery): Promise<readonly Reading[]>;
}

/** A question may take so long: nobody waits longer for a chart. */
export const ANSWER_MS = 5_000;

export function unavailable(detail: string, cause?: unknown): AnhuError {
  const options = { fault: "environment", retry: true, cause } as const;
  return new AnhuError("readings_unavailable", detail, options);
}

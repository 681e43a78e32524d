import type { LineCode } from "../check/line.ts";

/** Lines as ingest/check makes them: tags complete and sorted, times in milliseconds, one line break behind each. */
export interface TaggedLines {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Set when all lines are known to pass checkStored: three offsets for each, behind its series, its fields and itself. */
  readonly marks?: Int32Array;
}

/**
 * `stored`: every line that `refused` does not name is durable; line numbers are 1-based among the lines of the write.
 * `busy`: nothing is known to be stored; the same write may be tried again later.
 */
export type WriteOutcome =
  | {
      readonly outcome: "stored";
      readonly refused: readonly { readonly line: number; readonly code: LineCode }[];
    }
  | { readonly outcome: "busy"; readonly detail: string };

/** Which readings; what is left out is not asked for. Times are UTC ms, `from` inclusive, `to` exclusive. */
export interface ReadingQuery {
  readonly facility: string;
  readonly device?: string;
  readonly kind?: string;
  /** Only points that have this field. */
  readonly field?: string;
  readonly from?: number;
  readonly to?: number;
}

export interface Reading {
  readonly kind: string;
  readonly gateway: string;
  readonly device: string;
  readonly room: string;
  readonly resident: string | null;
  readonly at: number;
  readonly fields: Readonly<Record<string, number | boolean | string>>;
}

export interface LastValue {
  readonly kind: string;
  readonly device: string;
  readonly field: string;
  readonly value: number | boolean | string;
  readonly at: number;
}

export interface Health {
  readonly status: "ok" | "degraded" | "down";
  readonly detail: string;
}

/**
 * Where readings are kept. A point is its series (kind and tags) and its time: written again with the same fields it is
 * stored once, with other fields they are joined, the later value winning. Whatever checkStored refuses is refused.
 */
export interface Store {
  readonly name: string;
  /** How many writes at once make it fastest. */
  readonly parallel: number;
  /** Resolves when the lines are durable or are known not to be; never rejects. */
  write(lines: TaggedLines): Promise<WriteOutcome>;
  /** At most `limit` readings, oldest first. */
  query(query: ReadingQuery, limit: number): Promise<Reading[]>;
  /** How many points the query matches. */
  count(query: ReadingQuery): Promise<number>;
  /** The newest value of every field, of one device or all of a facility. */
  lastValues(query: { facility: string; device?: string }): Promise<LastValue[]>;
  health(): Promise<Health>;
  close(): Promise<void>;
}

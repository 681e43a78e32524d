import type { Alert, ClockQuality } from "@anhu/core/wire";

/** At most 32 KiB on the wire with the header line, which is shorter than this. */
const HEADER_BYTES = 256;
export const BATCH_BYTES = 32 * 1024 - HEADER_BYTES;

/** Line protocol text of at most `BATCH_BYTES`: `n` lines, the first stamped `at`. */
export interface Batch {
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly n: number;
  readonly at: number;
}

export interface DedupKey {
  readonly source: string;
  readonly key: string;
}

/** Something that was refused for good, kept for a person to look at. `body` is as it came. */
export interface DeadLetter {
  readonly at: number;
  readonly source: string;
  readonly reason: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What becomes durable together: after a crash all of it is there or none. */
export interface CommitRequest {
  readonly batches: readonly Batch[];
  readonly alerts: readonly Alert[];
  /** Detector state that changed, as JSON text; null removes. */
  readonly slots: readonly (readonly [key: string, value: string | null])[];
  readonly dedup: readonly DedupKey[];
  readonly deadLetters: readonly DeadLetter[];
  readonly clock: ClockQuality;
  /** The last stamp given (edge/clock): a restart goes on after it. */
  readonly lastStamp: number;
}

export interface CommitResult {
  /** false: not everything is on the disk (no room, or no disk), so no sender may be told that it is. Alerts and slots are kept in any case, in memory if need be. */
  readonly durable: boolean;
  /** true: the store began empty since the last commit; the caller writes all its slots again. */
  readonly fresh: boolean;
}

/** A batch waiting to be sent or acknowledged. */
export interface WaitingBatch extends Batch {
  readonly boot: string;
  readonly seq: number;
  readonly clock: ClockQuality;
}

export interface WaitingAlert {
  readonly boot: string;
  readonly seq: number;
  readonly clock: ClockQuality;
  readonly alert: Alert;
}

/** What to look for: at most so many, none of those (their `handleOf`) that are on their way. */
export interface Want {
  readonly alerts: number;
  readonly readings: number;
  readonly exceptAlerts: readonly string[];
  readonly exceptReadings: readonly string[];
  /** Also the newest batch, which still grows with every commit until it is found. */
  readonly open: boolean;
}

/** The name of a waiting batch or alert among its kind: `boot/seq`. */
export function handleOf(waiting: { readonly boot: string; readonly seq: number }): string {
  return `${waiting.boot}/${waiting.seq}`;
}

/** Alerts oldest first; readings newest first, so that live data goes before history. */
export interface Found {
  readonly alerts: readonly WaitingAlert[];
  readonly batches: readonly WaitingBatch[];
}

/** An ack in the outbox's terms. `lines` are 1-based; empty: the whole batch was refused. */
export interface Release {
  readonly kind: "readings" | "alerts";
  readonly boot: string;
  readonly stored: readonly number[];
  readonly refused: readonly {
    readonly seq: number;
    readonly code: string;
    readonly lines: readonly number[];
  }[];
  readonly at: number;
}

export interface OutboxStats {
  readonly batches: number;
  readonly alerts: number;
  readonly bytes: number;
  /** Time of the oldest reading or alert that waits, or null. */
  readonly oldest: number | null;
  /** Lines that were given up, by reason: `bound` (the outbox is full), `disk_full`. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Where it is kept: `memory` when the disk cannot be written. */
  readonly medium: "disk" | "memory";
  /** Why it is kept in memory, for a person. */
  readonly trouble: string | null;
}

/** What an earlier run left. */
export interface Remembered {
  readonly slots: readonly (readonly [key: string, value: string])[];
  readonly dedup: readonly DedupKey[];
  readonly lastStamp: number;
  /** Where a damaged file was moved to, or null. */
  readonly movedAside: string | null;
}

export interface OutboxOptions {
  /** Folder of the outbox's files; made when missing. */
  readonly folder: string;
  /** Names this run in (boot, seq); random. */
  readonly boot: string;
  /** Bound on waiting readings, bytes. */
  readonly maxBytes: number;
  /** Disk space kept back for alerts, bytes; above 2 MiB, because the write-ahead log needs one. */
  readonly reserveBytes: number;
}

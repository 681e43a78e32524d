/**
 * The journal of ground truth: what the simulated devices really said, written by the simulator alone.
 * One JSON object per line: a fact, or `{"id": ..., ...}` with what was learned later about a fact above it.
 */
import { randomUUID } from "node:crypto";
import type { FieldValue } from "@anhu/core/points";
import type { Lines, LinesOptions } from "./lines.ts";
import { openLines } from "./lines.ts";

/** One thing that a device said. Times: UTC ms of the simulator, `device_time_ms` of the device as on the wire. */
export interface Fact {
  readonly id: string;
  /** When it happened in the device. */
  readonly at: number;
  /** Name of the line or broker connection. */
  readonly wire: string;
  /** Facility id; null when the simulator knows none. */
  readonly device: string | null;
  /** As on the wire (GB/T 26875.3: `1/1/0x0002000a`, `1/1`, `uitd`). */
  readonly address: string;
  /** A kind of the registry, or `operation` for button presses. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** With `device` unique; null on wires without device times. */
  readonly device_time_ms: number | null;
  /** First byte on the wire; null: not yet sent. */
  readonly sent_at: number | null;
  /** Somebody took every byte of it, at some attempt. */
  readonly listened: boolean;
  /** When the far end confirmed it by the protocol's own means. */
  readonly confirmed_at: number | null;
}

export type NewFact = Omit<Fact, "id" | "sent_at" | "listened" | "confirmed_at"> &
  Partial<Pick<Fact, "sent_at" | "listened">>;

export type Learned = Partial<Pick<Fact, "sent_at" | "listened" | "confirmed_at">>;

export interface Journal {
  /** Appends a fact and returns its id, unique over all runs. */
  write(fact: NewFact): string;
  /** Appends what was learned about a fact later. */
  learn(id: string, learned: Learned): void;
  flush(): void;
  close(): void;
  stats(): JournalStats;
}

export interface JournalStats {
  readonly facts: number;
  /** Lines given up because the disk and then the buffer were full. */
  readonly lost: number;
}

/** Opens the journal for appending. Throws the file system's error when it cannot open it. */
export function openJournal(options: LinesOptions): Journal {
  return new FileJournal(openLines(options));
}

class FileJournal implements Journal {
  readonly #run = randomUUID().slice(0, 8);
  readonly #lines: Lines;
  #facts = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  write(fact: NewFact): string {
    this.#facts += 1;
    const id = `${this.#run}-${this.#facts}`;
    this.#lines.append({ id, sent_at: null, listened: false, confirmed_at: null, ...fact });
    return id;
  }

  learn(id: string, learned: Learned): void {
    this.#lines.append({ id, ...learned });
  }

  flush(): void {
    this.#lines.flush();
  }

  close(): void {
    this.#lines.close();
  }

  stats(): JournalStats {
    return { facts: this.#facts, lost: this.#lines.lost };
  }
}

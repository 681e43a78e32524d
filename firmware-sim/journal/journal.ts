/**
 * The journal of ground truth: what the simulated devices really said, written by the simulator alone.
 * One JSON object per line: a fact, or `{"id": ..., ...}` with what was learned later about a fact above it.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { FieldValue } from "@anhu/core/points";
import type { Clock } from "@anhu/core/time";

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

export interface JournalOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Bytes of a file before it moves to `path.1`, default 64 MiB. */
  readonly rotateBytes?: number;
  /** Files kept beside the current one, default 16; the oldest is deleted. */
  readonly keep?: number;
}

/** Opens the journal for appending. Lines reach the file at the latest after 100 ms. Throws the file system's error when it cannot open it. */
export function openJournal(options: JournalOptions): Journal {
  return new FileJournal(options);
}

const ROTATE_BYTES = 64 * 1024 * 1024;
const KEEP = 16;
const FLUSH_MS = 100;
const FLUSH_BYTES = 64 * 1024;
/** Kept while the disk is full; beyond it new lines are given up and counted. */
const BUFFER_BYTES = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

class FileJournal implements Journal {
  readonly #options: JournalOptions;
  readonly #run = randomUUID().slice(0, 8);
  #file: number;
  #size: number;
  #lines: string[] = [];
  #buffered = 0;
  /** What the disk did not take at the last flush. */
  #rest: Uint8Array = new Uint8Array(0);
  #facts = 0;
  #lost = 0;
  #cancel: (() => void) | null = null;

  constructor(options: JournalOptions) {
    this.#options = options;
    mkdirSync(dirname(options.path), { recursive: true });
    [this.#file, this.#size] = openForAppend(options.path);
  }

  write(fact: NewFact): string {
    this.#facts += 1;
    const id = `${this.#run}-${this.#facts}`;
    this.#append({ id, sent_at: null, listened: false, confirmed_at: null, ...fact });
    return id;
  }

  learn(id: string, learned: Learned): void {
    this.#append({ id, ...learned });
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const bytes = Buffer.concat([this.#rest, Buffer.from(this.#lines.join(""))]);
    this.#lines = [];
    const written = writeAll(this.#file, bytes);
    this.#size += written;
    this.#rest = bytes.subarray(written);
    this.#buffered = this.#rest.length;
    if (this.#rest.length > 0) this.#flushSoon();
    else if (this.#size >= (this.#options.rotateBytes ?? ROTATE_BYTES)) this.#rotate();
  }

  close(): void {
    this.flush();
    this.#cancel?.();
    closeSync(this.#file);
  }

  stats(): JournalStats {
    return { facts: this.#facts, lost: this.#lost };
  }

  #append(line: object): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#buffered + text.length > BUFFER_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(text);
    this.#buffered += text.length;
    if (this.#buffered >= FLUSH_BYTES && this.#rest.length === 0) this.flush();
    else this.#flushSoon();
  }

  #flushSoon(): void {
    this.#cancel ??= this.#options.clock.after(FLUSH_MS, () => this.flush());
  }

  #rotate(): void {
    const { path, keep = KEEP } = this.#options;
    closeSync(this.#file);
    rmSync(`${path}.${keep}`, { force: true });
    for (let n = keep - 1; n >= 1; n--) {
      if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    }
    renameSync(path, `${path}.1`);
    [this.#file, this.#size] = openForAppend(path);
  }
}

/** The file and its size; a line that a killed run left unfinished is ended, so that the next one stands alone. */
function openForAppend(path: string): [file: number, size: number] {
  const file = openSync(path, "a+");
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === NEWLINE)) {
    return [file, size];
  }
  return [file, size + writeSync(file, "\n")];
}

/** Writes as much as the disk takes and returns how much that was. */
function writeAll(file: number, bytes: Uint8Array): number {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(file, bytes, written);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code !== "ENOSPC" && code !== "EDQUOT") throw thrown;
      break;
    }
  }
  return written;
}

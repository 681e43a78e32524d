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
import { dirname } from "node:path";
import type { Clock } from "@anhu/core/time";

/** A file of JSON lines that is only appended to; lines reach it at the latest after 100 ms. */
export interface Lines {
  append(line: object): void;
  flush(): void;
  close(): void;
  /** Lines given up because the disk and then the buffer were full. */
  readonly lost: number;
}

export interface LinesOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Bytes of a file before it moves to `path.1`, default 64 MiB. */
  readonly rotateBytes?: number;
  /** Files kept beside the current one, default 16; the oldest is deleted. */
  readonly keep?: number;
}

/** Opens the file for appending, with its folder. Throws the file system's error when it cannot. */
export function openLines(options: LinesOptions): Lines {
  return new LinesFile(options);
}

const ROTATE_BYTES = 64 * 1024 * 1024;
const KEEP = 16;
const FLUSH_MS = 100;
const FLUSH_BYTES = 64 * 1024;
/** Kept while the disk is full; beyond it new lines are given up and counted. */
const BUFFER_BYTES = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

class LinesFile implements Lines {
  lost = 0;
  readonly #options: LinesOptions;
  #file: number;
  #size: number;
  #lines: string[] = [];
  #buffered = 0;
  /** What the disk did not take at the last flush. */
  #rest: Uint8Array = new Uint8Array(0);
  #cancel: (() => void) | null = null;

  constructor(options: LinesOptions) {
    this.#options = options;
    mkdirSync(dirname(options.path), { recursive: true });
    [this.#file, this.#size] = openForAppend(options.path);
  }

  append(line: object): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#buffered + text.length > BUFFER_BYTES) {
      this.lost += 1;
      return;
    }
    this.#lines.push(text);
    this.#buffered += text.length;
    if (this.#buffered >= FLUSH_BYTES && this.#rest.length === 0) this.flush();
    else this.#flushSoon();
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

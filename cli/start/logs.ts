/**
 * What a service prints, in a file that rotates while it runs: `NAME.log`, then `NAME.log.1` (newest) to `NAME.log.5`, 0600.
 *
 *   service --stdout, stderr--> NAME.out --follow--> NAME.log
 *
 * A service writes into a file of its own: a pipe would let it stand still when the supervisor is slow, and its last words would be gone when
 * both are killed. The supervisor moves whole lines from there to the log; what it has moved takes no room any more (a hole). What it has not
 * moved when it is killed is moved by the next start.
 */
import { execFile } from "node:child_process";
import { constants, fstatSync, openSync } from "node:fs";
import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { createStream } from "rotating-file-stream";
import type { RotatingFileStream } from "rotating-file-stream";
import type { Clock } from "@anhu/core/time";
import { problemText } from "../problems/index.ts";
import { startWords } from "./words.ts";

export interface LogOptions {
  readonly folder: string;
  readonly name: string;
  readonly clock: Clock;
  /** Called with a sentence when the log cannot be written. */
  readonly tell: (sentence: string) => void;
  /** Its locale chooses the language of what is told. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bytes at which the log is set aside. */
  readonly rotateBytes?: number;
}

export interface ServiceLog {
  /** A file descriptor that the service prints to; whoever asked closes it. Everything that is printed there comes into the log. */
  open(): number;
  /** Moves what is there, to the last byte, and closes the log. Nothing may print any more. */
  close(): Promise<void>;
}

const ROTATE_BYTES = 20 * 1024 * 1024;
/** Beside the one that is written. */
const OLD_FILES = 5;
const LOOK_MS = 200;
/** Read at once. A line that is longer is cut. */
const CHUNK_BYTES = 256 * 1024;
/** Once so much was moved, its room is given back. */
const HOLE_BYTES = 4 * 1024 * 1024;
/** Of `st_blocks`, stat(2). */
const BLOCK_BYTES = 512;
const LINE_END = 0x0a;

export function openServiceLog(options: LogOptions): ServiceLog {
  return new Follower(options);
}

class Follower implements ServiceLog {
  readonly #options: LogOptions;
  readonly #path: string;
  #stream: RotatingFileStream | undefined;
  #output: FileHandle | undefined;
  /** Up to here everything was moved. */
  #moved = 0;
  #freed = 0;
  #isFollowing = false;
  #cancelLook: () => void = () => undefined;
  /** Moves happen one after the other. */
  #moving: Promise<void> = Promise.resolve();
  #isTold = false;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#path = join(options.folder, `${options.name}.out`);
  }

  open(): number {
    const output = openSync(this.#path, "a", 0o600);
    if (!this.#isFollowing) {
      this.#isFollowing = true;
      this.#moving = this.#find(fstatSync(output));
      this.#look();
    }
    return output;
  }

  async close(): Promise<void> {
    this.#isFollowing = false;
    this.#cancelLook();
    await this.#move("all");
    const output = this.#output;
    this.#output = undefined;
    if (output === undefined) return;
    const { size } = await output.stat();
    if (this.#moved >= size) await output.truncate(0);
    await output.close();
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    const closed = once(stream, "close");
    stream.end();
    await closed;
  }

  /** Where to begin: behind what takes no room. A supervisor that was killed has not said how far it came. */
  async #find({ size, blocks }: Stats): Promise<void> {
    this.#output = await open(this.#path, constants.O_RDWR);
    if (size === 0) return;
    this.#moved = Math.max(0, size - blocks * BLOCK_BYTES);
    const { clock, name } = this.#options;
    const said = { level: 40, time: clock.wall(), name: "supervisor", service: name };
    const msg = "the supervisor was killed: what follows may stand above already";
    await this.#attempt(() => this.#write(Buffer.from(`${JSON.stringify({ ...said, msg })}\n`)));
  }

  #look(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => {
      void this.#move("lines").finally(() => {
        if (this.#isFollowing) this.#look();
      });
    });
  }

  #move(what: "lines" | "all"): Promise<void> {
    this.#moving = this.#moving.then(() => this.#attempt(() => this.#moveNow(what)));
    return this.#moving;
  }

  /** What could not be moved stays where the service has put it, and is tried again. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#isTold = false;
    } catch (thrown) {
      if (!this.#isTold) this.#tell(thrown);
      this.#isTold = true;
    }
  }

  async #moveNow(what: "lines" | "all"): Promise<void> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const output = this.#output;
      if (output === undefined) return;
      const { bytesRead } = await output.read(buffer, 0, CHUNK_BYTES, this.#moved);
      const read = buffer.subarray(0, bytesRead);
      const lines = read.subarray(0, read.lastIndexOf(LINE_END) + 1);
      const isCut = lines.length === 0 && (what === "all" || bytesRead === CHUNK_BYTES);
      const piece = isCut ? read : lines;
      if (piece.length === 0) return;
      await this.#write(printable(piece));
      this.#moved += piece.length;
      if (this.#moved - this.#freed >= HOLE_BYTES) await this.#free();
    }
  }

  /** Resolves once the log has it; rejects when it cannot be written. */
  async #write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    const stream = (this.#stream ??= this.#openStream());
    await new Promise<void>((resolve, reject) => {
      stream.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
    });
  }

  #openStream(): RotatingFileStream {
    const { folder, name, rotateBytes = ROTATE_BYTES } = this.#options;
    const stream = createStream((index) => fileName(name, Number(index)), {
      path: `${folder}/`,
      size: `${rotateBytes}B`,
      rotate: OLD_FILES,
      mode: 0o600,
    });
    // The write that failed says it; the next one opens it anew.
    stream.on("error", () => {
      if (this.#stream === stream) this.#stream = undefined;
    });
    return stream;
  }

  /** fallocate(1): the file stays as long as it is, what was moved takes no room. */
  async #free(): Promise<void> {
    const length = String(this.#moved);
    const flags = ["--punch-hole", "--offset", "0", "--length", length, this.#path];
    this.#freed = this.#moved;
    const error = await new Promise<Error | null>((resolve) => {
      execFile("fallocate", flags, (failed) => resolve(failed));
    });
    if (error !== null) this.#tell(error);
  }

  #tell(thrown: unknown): void {
    const { name, env, tell } = this.#options;
    tell(startWords(env).logTrouble(name, problemText(thrown, env)));
  }
}

/** What was freed of an earlier run reads as zeros. A last line without an end gets one. */
function printable(piece: Buffer): Buffer {
  const text =
    piece[0] === 0
      ? piece.subarray(
          Math.max(
            0,
            piece.findIndex((byte) => byte !== 0),
          ),
        )
      : piece;
  if (text.every((byte) => byte === 0)) return Buffer.alloc(0);
  return text.at(-1) === LINE_END ? text : Buffer.concat([text, Buffer.from([LINE_END])]);
}

function fileName(name: string, index: number): string {
  return index > 0 ? `${name}.log.${index}` : `${name}.log`;
}

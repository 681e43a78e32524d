/**
 * What a service prints, in a file that rotates while it runs: `NAME.log`, then `NAME.log.1` (newest) to `NAME.log.5`, 0600.
 *
 *   service --stdout, stderr (pipes)--> whole lines --> at most 4 MiB waiting --> NAME.log
 *
 * The pipes are always read, however slow the disk is, because a service that cannot print stands still. What finds no room is counted, and
 * the file says so as soon as it can be written again.
 */
import { once } from "node:events";
import type { Readable } from "node:stream";
import { createStream } from "rotating-file-stream";
import type { RotatingFileStream } from "rotating-file-stream";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";

export interface LogOptions {
  readonly folder: string;
  readonly name: string;
  readonly clock: Clock;
  /** Called with a sentence when the file cannot be written. */
  readonly tell: (sentence: string) => void;
  /** Bytes at which the file is set aside. */
  readonly rotateBytes?: number;
}

export interface ServiceLog {
  /** Takes the output of one run. Resolves once the service has closed it, or `cut` was called: what was printed is then on its way. */
  attach(outputs: readonly Readable[]): { readonly drained: Promise<void>; cut(): void };
  /** Writes what waits and closes the file. */
  close(): Promise<void>;
}

const ROTATE_BYTES = 20 * 1024 * 1024;
/** Beside the one that is written. */
const OLD_FILES = 5;
const WAITING_BYTES = 4 * 1024 * 1024;
/** A line that is longer is written in pieces. */
const LINE_BYTES = 64 * 1024;
const REOPEN_MS = 5_000;
const LINE_END = 0x0a;

export function openServiceLog(options: LogOptions): ServiceLog {
  const file = new LogFile(options);
  return {
    attach(outputs) {
      const drained = Promise.all(outputs.map((output) => drain(output, file)));
      return {
        drained: drained.then(() => undefined),
        cut: () => outputs.forEach((output) => output.destroy()),
      };
    },
    close: () => file.close(),
  };
}

/** Hands on whole lines, so that two outputs never mix within one; a last piece without an end is a line too. */
async function drain(output: Readable, file: LogFile): Promise<void> {
  let held: Buffer = Buffer.alloc(0);
  output.on("data", (chunk: Buffer) => {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = all.length > LINE_BYTES ? all.length : all.lastIndexOf(LINE_END) + 1;
    if (end > 0) file.write(all.subarray(0, end));
    held = all.subarray(end);
  });
  // A pipe that breaks has ended; `close` comes after it.
  output.on("error", () => undefined);
  await once(output, "close");
  if (held.length > 0) file.write(Buffer.concat([held, Buffer.from([LINE_END])]));
}

class LogFile {
  readonly #options: LogOptions;
  #stream: RotatingFileStream | undefined;
  #droppedBytes = 0;
  #retryAt = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  write(bytes: Buffer): void {
    const stream = this.#open();
    if (stream === undefined || stream.writableLength > WAITING_BYTES) {
      this.#droppedBytes += bytes.length;
      return;
    }
    if (this.#droppedBytes > 0) {
      const said = { level: 40, time: this.#options.clock.wall(), name: "supervisor" };
      const dropped = { ...said, bytes: this.#droppedBytes, msg: "the log had no room for these" };
      this.#droppedBytes = 0;
      stream.write(`${JSON.stringify(dropped)}\n`);
    }
    stream.write(bytes);
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined) return;
    const closed = once(stream, "close");
    stream.end();
    await closed;
  }

  /** undefined: it could not be written a moment ago; tried again after REOPEN_MS. */
  #open(): RotatingFileStream | undefined {
    const { folder, name, clock, tell, rotateBytes = ROTATE_BYTES } = this.#options;
    if (this.#stream !== undefined) return this.#stream;
    if (clock.monotonic() < this.#retryAt) return undefined;
    const stream = createStream((index) => fileName(name, Number(index)), {
      path: folder,
      size: `${rotateBytes}B`,
      rotate: OLD_FILES,
      mode: 0o600,
    });
    stream.on("error", (error) => {
      if (this.#stream !== stream) return;
      this.#stream = undefined;
      this.#retryAt = clock.monotonic() + REOPEN_MS;
      this.#droppedBytes += stream.writableLength;
      tell(`the log of ${name} cannot be written: ${messageOf(error)}`);
    });
    this.#stream = stream;
    return stream;
  }
}

function fileName(name: string, index: number): string {
  return index > 0 ? `${name}.log.${index}` : `${name}.log`;
}

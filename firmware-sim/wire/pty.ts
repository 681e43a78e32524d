/**
 * A pty that behaves like a UART. We hold the master; whoever opens the slave (through the symlink) listens.
 *
 *   reading the master:  bytes  -> somebody listens and wrote
 *                        EAGAIN -> somebody listens
 *                        EIO    -> no open file of the slave is left (also after kill -9): nobody listens
 *
 * A pty keeps what was written before anybody opened it, a UART does not: so nothing is written while nobody listens, and what
 * a listener left unread is drained when it goes. Found by polling: a listener that leaves and returns within one poll interval
 * is taken for one that stayed.
 */
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { requireBinary } from "@lydell/node-pty/requireBinary.js";
import { AnhuError } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { LineRate } from "./line-rate.ts";
import type { Sent, Wire, WireEvents, WireStats } from "./wire.ts";
import { noBytes } from "./wire.ts";

export interface PtyWireOptions {
  readonly name: string;
  /** The stable path of the line: a symlink to the pty, made here, replaced when it is an old symlink. */
  readonly link: string;
  /** Bits per second; a byte takes ten. */
  readonly baud: number;
  readonly clock: Clock;
  /** Transmit buffer in bytes, default 64 KiB: a send that does not fit is refused whole and counted. */
  readonly transmitLimit?: number;
}

/** Opens a pty as a device's serial line. Throws AnhuError `pty_failed` or `link_in_the_way` (the path exists and is no symlink). */
export function openPtyWire(options: PtyWireOptions): Wire {
  return new PtyWire(options);
}

/** A poll costs an exception, some 0.1 ms on a small machine. Nothing that a device hears is in a hurry, and sending asks for itself. */
const POLL_MS = 50;
const READ_BYTES = 4096;

class PtyWire implements Wire {
  readonly name: string;
  readonly #options: PtyWireOptions;
  readonly #path: string;
  readonly #master: number;
  readonly #line: LineRate;
  readonly #counters = noBytes();
  readonly #buffer = Buffer.alloc(READ_BYTES);
  #events: WireEvents | null = null;
  #listening = false;
  #open = true;
  #cancel: () => void;

  constructor(options: PtyWireOptions) {
    this.name = options.name;
    this.#options = options;
    const { master, path } = openRawPty();
    this.#master = master;
    this.#path = path;
    link(path, options.link);
    this.#line = new LineRate({
      clock: options.clock,
      bytesPerSecond: options.baud / 10,
      limit: options.transmitLimit ?? 64 * 1024,
      put: (bytes) => this.#put(bytes),
    });
    this.#cancel = options.clock.after(POLL_MS, () => this.#poll());
  }

  get listening(): boolean {
    return this.#listening;
  }

  attach(events: WireEvents): void {
    this.#events = events;
  }

  send(bytes: Uint8Array, done: (sent: Sent) => void = () => {}): void {
    if (!this.#open) done({ heard: false, at: null });
    else if (!this.#line.send(bytes, done)) this.#counters.refused += 1;
  }

  stats(): WireStats {
    return { ...this.#counters };
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancel();
    this.#line.close();
    closeSync(this.#master);
    if (readLink(this.#options.link) === this.#path) unlinkSync(this.#options.link);
  }

  #put(bytes: Uint8Array): boolean {
    this.#receive();
    if (!this.#listening || !this.#open) {
      this.#counters.unheard += bytes.length;
      return false;
    }
    const taken = io(() => writeSync(this.#master, bytes));
    const count = typeof taken === "number" ? taken : 0;
    this.#counters.heard += count;
    this.#counters.overrun += bytes.length - count;
    return count === bytes.length;
  }

  #poll(): void {
    this.#receive();
    if (this.#open) this.#cancel = this.#options.clock.after(POLL_MS, () => this.#poll());
  }

  /** Reads what the far end wrote (bounded per call) and learns whether there is a far end. */
  #receive(): void {
    for (let reads = 0; reads < 16 && this.#open; reads++) {
      const got = io(() => readSync(this.#master, this.#buffer));
      if (typeof got !== "number") return this.#notice(got === "EAGAIN");
      this.#notice(true);
      this.#counters.received += got;
      this.#events?.bytes(Uint8Array.from(this.#buffer.subarray(0, got)));
    }
  }

  #notice(listening: boolean): void {
    if (listening === this.#listening) return;
    this.#listening = listening;
    if (listening) this.#counters.sessions += 1;
    else drain(this.#path);
  }
}

/**
 * A pty in raw mode with no slave open: the modes stay with the pty as long as the master lives. node-pty's own `open()` would wrap
 * both ends in streams that read by themselves.
 */
function openRawPty(): { master: number; path: string } {
  const { master, slave, pty: path } = requireBinary("pty.node").open(80, 24);
  const stty = spawnSync("stty", ["-F", path, "raw", "-echo"], { encoding: "utf8", timeout: 5000 });
  closeSync(slave);
  if (stty.status === 0) return { master, path };
  closeSync(master);
  throw new AnhuError("pty_failed", `stty ${path} raw: ${stty.stderr || String(stty.error)}`, {
    fault: "environment",
    retry: false,
  });
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (readLink(path) === null && lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new AnhuError("link_in_the_way", `${path} exists and is not a symlink`, {
      fault: "environment",
      retry: false,
    });
  }
  const fresh = `${path}.${process.pid}`;
  symlinkSync(target, fresh);
  renameSync(fresh, path);
}

function readLink(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : null;
}

/** Throws away what a listener that went away had not read. */
function drain(path: string): void {
  const { O_RDONLY, O_NOCTTY, O_NONBLOCK } = constants;
  const slave = openSync(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  const buffer = Buffer.alloc(READ_BYTES);
  // A pty holds at most 64 KiB and a little: the bound is never met, it only keeps a bug from hanging us.
  for (let reads = 0; reads < 64; reads++) {
    const got = io(() => readSync(slave, buffer));
    if (typeof got !== "number" || got === 0) break;
  }
  closeSync(slave);
}

/** The count of a non-blocking read or write, or why there is none. */
function io(call: () => number): number | "EAGAIN" | "EIO" {
  try {
    return call();
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === "EAGAIN" || code === "EIO") return code;
    throw thrown;
  }
}

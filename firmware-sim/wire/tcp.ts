import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Clock } from "@anhu/core/time";
import type { Sent, Wire, WireEvents, WireStats } from "./wire.ts";
import { noBytes } from "./wire.ts";

export interface TcpWireOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Bytes waiting in the socket at most, default 64 KiB: a send beyond is refused whole and counted. */
  readonly transmitLimit?: number;
  /** First pause before connecting again, doubled up to 30 s; default 500 ms. */
  readonly reconnectMs?: number;
}

/** A device that connects to the monitoring centre by TCP and comes back for ever; what is sent without a connection is not heard. */
export function openTcpWire(options: TcpWireOptions): Wire {
  return new TcpWire(options);
}

const LONGEST_PAUSE_MS = 30_000;

class TcpWire implements Wire {
  readonly name: string;
  readonly #options: TcpWireOptions;
  readonly #counters = noBytes();
  #events: WireEvents | null = null;
  #socket: Socket | null = null;
  #listening = false;
  #open = true;
  #pauseMs: number;
  #cancel: () => void = () => {};

  constructor(options: TcpWireOptions) {
    this.name = options.name;
    this.#options = options;
    this.#pauseMs = this.#firstPauseMs;
    this.#connect();
  }

  get listening(): boolean {
    return this.#listening;
  }

  attach(events: WireEvents): void {
    this.#events = events;
  }

  send(bytes: Uint8Array, done: (sent: Sent) => void = () => {}): void {
    const socket = this.#socket;
    if (socket === null || !this.#listening) {
      this.#counters.unheard += bytes.length;
      done({ heard: false, at: null });
      return;
    }
    if (socket.writableLength + bytes.length > (this.#options.transmitLimit ?? 64 * 1024)) {
      this.#counters.refused += 1;
      done({ heard: false, at: null });
      return;
    }
    const at = this.#options.clock.wall();
    socket.write(bytes, (error) => {
      const heard = error === null || error === undefined;
      this.#counters[heard ? "heard" : "unheard"] += bytes.length;
      done({ heard, at });
    });
  }

  stats(): WireStats {
    return { ...this.#counters };
  }

  close(): void {
    this.#open = false;
    this.#cancel();
    this.#socket?.destroy();
  }

  get #firstPauseMs(): number {
    return this.#options.reconnectMs ?? 500;
  }

  #connect(): void {
    const { host, port, clock } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    socket.on("connect", () => {
      this.#pauseMs = this.#firstPauseMs;
      this.#counters.sessions += 1;
      this.#listening = true;
    });
    socket.on("data", (bytes) => {
      this.#counters.received += bytes.length;
      this.#events?.bytes(Uint8Array.from(bytes));
    });
    socket.on("error", () => {
      // `close` follows and does what is needed; that nobody is there is normal for this end.
    });
    socket.on("close", () => {
      this.#socket = null;
      this.#listening = false;
      if (!this.#open) return;
      this.#cancel = clock.after(this.#pauseMs, () => this.#connect());
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    });
  }
}

/** A way for bytes to come in and go out that is opened again for ever: a serial line, a TCP connection, a TCP listener. */
import type { Clock } from "@anhu/core/time";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { Backoff } from "../backoff/index.ts";

/** What an open line tells its owner. `closed` comes once. */
export interface ChannelEvents {
  bytes(bytes: Uint8Array): void;
  closed(detail: string): void;
}

/** One open line. Writing never throws: a line that is gone says `closed`. */
export interface Channel {
  write(bytes: Uint8Array): void;
  /** Idempotent; `closed` follows. */
  close(): void;
}

/** Opens once. Throws AnhuError with a code of the kind of line. */
export type OpenChannel = (events: ChannelEvents) => Promise<Channel>;

export interface PortEvents {
  /** A line is open: what it carries goes to the events returned. */
  opened(channel: Channel): ChannelEvents;
  /** It could not be opened; it is tried again. */
  failed(reason: string, detail: string): void;
  /** A listener listens on this TCP port. */
  listening?(port: number): void;
}

export interface Port {
  start(events: PortEvents): void;
  stop(): void;
}

const AGAIN = { firstMs: 250, mostMs: 5_000 };

/** A port that opens its line, and opens it again whenever it is gone. */
export function dialled(open: OpenChannel, parts: { clock: Clock; random: () => number }): Port {
  return new Dialled(open, parts);
}

class Dialled implements Port {
  readonly #open: OpenChannel;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  #events: PortEvents | null = null;
  #channel: Channel | null = null;
  #cancel: () => void = () => {};

  constructor(open: OpenChannel, { clock, random }: { clock: Clock; random: () => number }) {
    this.#open = open;
    this.#clock = clock;
    this.#backoff = new Backoff({ ...AGAIN, random });
  }

  start(events: PortEvents): void {
    this.#events = events;
    void this.#dial(events);
  }

  stop(): void {
    this.#events = null;
    this.#cancel();
    this.#channel?.close();
  }

  async #dial(events: PortEvents): Promise<void> {
    const inner = gate();
    try {
      const channel = await this.#open(inner);
      if (this.#events === null) return channel.close();
      this.#channel = channel;
      const outer = events.opened(channel);
      inner.connect({
        bytes: (bytes) => {
          // Bytes, not an open file, show that somebody is there.
          this.#backoff.reset();
          outer.bytes(bytes);
        },
        closed: (detail) => {
          this.#channel = null;
          outer.closed(detail);
          this.#again(events);
        },
      });
    } catch (thrown) {
      const reason = thrown instanceof AnhuError ? thrown.code : "line_failed";
      events.failed(reason, messageOf(thrown));
      this.#again(events);
    }
  }

  #again(events: PortEvents): void {
    if (this.#events === null) return;
    this.#cancel = this.#clock.after(this.#backoff.next(), () => void this.#dial(events));
  }
}

/** Events that come before there is anybody to take them wait; `closed` passes once, and nothing after it. */
function gate(): ChannelEvents & { connect(to: ChannelEvents): void } {
  let to: ChannelEvents | null = null;
  let waiting: ((target: ChannelEvents) => void)[] = [];
  let over = false;
  const pass = (event: (target: ChannelEvents) => void): void => {
    if (to === null) waiting.push(event);
    else event(to);
  };
  return {
    bytes: (bytes) => {
      if (!over) pass((target) => target.bytes(bytes));
    },
    closed: (detail) => {
      if (!over) pass((target) => target.closed(detail));
      over = true;
    },
    connect(target) {
      to = target;
      for (const event of waiting) event(target);
      waiting = [];
    },
  };
}

/** What became of one `send`, told once, when its last byte is out (or at once when it was refused). */
export interface Sent {
  /** True: somebody listened from the first byte to the last and took every one. Not a promise that they understood. */
  readonly heard: boolean;
  /** UTC ms when the first byte went out; null when nothing did. */
  readonly at: number | null;
}

export interface WireStats {
  /** Bytes that a listener took. */
  readonly heard: number;
  /** Bytes sent while nobody listened: gone, as on any wire. */
  readonly unheard: number;
  /** Bytes lost because the listener did not read and its buffer was full. */
  readonly overrun: number;
  /** Whole sends refused because the transmit buffer was full. */
  readonly refused: number;
  readonly received: number;
  /** How often somebody began to listen. */
  readonly sessions: number;
}

/** The far end of a wire calls these; one consumer per wire. */
export interface WireEvents {
  bytes(bytes: Uint8Array): void;
}

/** A device's end of a line. Sending never blocks and never throws. */
export interface Wire {
  readonly name: string;
  /** Somebody holds the other end open. A device on a three-wire line cannot know this: for people. */
  readonly listening: boolean;
  send(bytes: Uint8Array, done?: (sent: Sent) => void): void;
  attach(events: WireEvents): void;
  stats(): WireStats;
  close(): void;
}

/** The counters of a wire while it lives. */
export type WireCounters = { -readonly [K in keyof WireStats]: WireStats[K] };

export function noBytes(): WireCounters {
  return { heard: 0, unheard: 0, overrun: 0, refused: 0, received: 0, sessions: 0 };
}

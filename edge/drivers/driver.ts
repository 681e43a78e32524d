/**
 * The port between the edge and the field.
 *
 *   serial line --bytes--> framer --frame--> decode --points, signals, answer--> pipeline
 *                            |                  |
 *                            +-- discarded -----+-- refused: counted with their reason, never silent
 *   local MQTT  --topic, payload--------------> decode
 */
import type { Point, Signal } from "@anhu/core/points";
import type { Result } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";

/** Somebody reset the device of this address and everything behind it; `at` by its own clock, UTC ms, null when it has none. */
export interface SceneReset {
  readonly address: string;
  readonly at: number | null;
}

/** One message of the field, understood. A valid keep-alive has empty lists. */
export interface Decoded {
  readonly ok: true;
  readonly points: readonly Point[];
  readonly signals: readonly Signal[];
  /** What the protocol wants to hear once the points are on disk. */
  readonly answer: Uint8Array | null;
  /** The message's own details, ready for JSON: for a person and for the session. */
  readonly frame: Readonly<Record<string, unknown>>;
  /** What somebody reset at a panel: what it showed is over until it shows it again. */
  readonly resets?: readonly SceneReset[];
  /** true: somebody turned the reset key of the facility: life alarms that nothing shows any more are over. */
  readonly resetKey?: true;
  /** Equal for a message and its re-sends, different for every other one; null: the protocol re-sends nothing. */
  readonly dedup: string | null;
}

/** One message that was whole and not understood. */
export interface Undecoded {
  readonly ok: false;
  readonly reason: string;
  readonly detail: string;
  /** A negative answer that the protocol wants; nothing was stored, so it goes out at once. */
  readonly answer?: Uint8Array;
}

export type DecodeResult = Decoded | Undecoded;

/** Every byte pushed comes out once, in order: in a frame, or discarded with the reason. */
export type FramerOutput =
  | { readonly frame: Uint8Array }
  | {
      readonly discarded: Uint8Array;
      readonly reason: string;
      /** A negative answer that the protocol wants; goes out at once. */
      readonly answer?: Uint8Array;
    };

/** Cuts bytes into frames. Holds a bounded number of bytes and never throws. */
export interface Framer {
  push(bytes: Uint8Array): FramerOutput[];
  /**
   * Gives up waiting: frames inside what is held are still found, the rest is discarded as `truncated`.
   * Called when the line closes and when it was quiet for the driver's `idleMs`; the framer can be used on.
   */
  end(): FramerOutput[];
  /** Bytes held now. */
  readonly held: number;
}

export interface SerialSettings {
  /** Local time of the device's labels, minutes east of UTC; default 480 (UTC+08:00). */
  readonly utcOffsetMin?: number;
  /** Time written into an answer, UTC ms. Without it the answer echoes the device's own label, so that decoding stays a pure function. */
  readonly nowMs?: number;
}

/** What a session may do to its line. Writing never throws: a closed line swallows the bytes, the session's own timeouts notice. */
export interface LineIo {
  readonly clock: Clock;
  readonly settings: SerialSettings;
  /** UTC ms, or null while the gateway's own clock cannot be trusted: nobody's clock is set from it then. */
  trustedNow(): number | null;
  write(bytes: Uint8Array): void;
  /** Something a counter or the log should know: `reason` is a code of docs/errors.md. */
  report(reason: string, detail: string): void;
}

/** The speaking side of one connected line. The pipeline makes one per connection and closes it with the line. */
export interface LineSession {
  /** Called with every good frame and what it was decoded to, re-sends too. */
  received(frame: Uint8Array, decoded: Decoded): void;
  /** Sends a command of the protocol and waits for its answer; fails with `timeout`, `denied`, `busy`, `closed` or a reason of the driver. */
  request(command: LineCommand): Promise<Result<Decoded>>;
  /** Monotonic ms of the last good frame, and how many of them were keep-alives. */
  readonly heard: {
    readonly lastMs: number | null;
    readonly frames: number;
    readonly keepAlives: number;
  };
  close(): void;
}

/** `verb` is the driver's own word, `args` its numbers in the order that its session documents. */
export interface LineCommand {
  readonly verb: string;
  readonly args?: readonly number[];
}

export interface SerialDriver {
  readonly name: string;
  readonly defaultBaud: number;
  /** The address that `decode` gives to the device at the end of the line itself: the pipeline maps it to the line's own id. */
  readonly lineAddress: string;
  /** After this long without a byte the pipeline calls `framer.end()`. */
  readonly idleMs: number;
  framer(): Framer;
  decode(frame: Uint8Array, settings: SerialSettings): DecodeResult;
  readonly session?: (io: LineIo) => LineSession;
}

export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker sent it from its store: a state, never an event. */
  readonly retained: boolean;
}

/** Decodes the messages of one source, one after the other; keeps what the source said about itself (its inventory). */
export type MqttDecode = (message: MqttMessage) => DecodeResult;

export interface MqttDriver {
  readonly name: string;
  /** Topic filters to subscribe for a source with this base. */
  subscriptions(base: string): string[];
  decoder(base: string): MqttDecode;
}

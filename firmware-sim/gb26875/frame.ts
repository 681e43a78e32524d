/**
 * GB/T 26875.3-2011, table 1: the frame between a user information transmission device and its monitoring centre.
 *
 *   40 40 | serial 2 | version 2 | time 6 | source 6 | destination 6 | length 2 | command 1 | ADU 0-1024 | sum 1 | 23 23
 *
 * Numbers low byte first; the sum is that of all bytes from the serial number to the end of the ADU, low 8 bits.
 * Example (heartbeat): 40 40 06 00 01 01 02 3A 09 1A 09 18 79 03 00 00 00 00 38 5B 01 00 00 00 00 00 02 9A 23 23
 */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";

export interface Frame {
  /** 0-65535: +1 per new packet, echoed by whoever confirms or answers, kept when sent again. */
  readonly serial: number;
  /** Main version (1 in the standard), user version. */
  readonly version: readonly [number, number];
  /** Second, minute, hour, day, month, year of the century: see `timeLabel`. */
  readonly time: Uint8Array;
  /** 48 bits. */
  readonly source: number;
  readonly destination: number;
  readonly command: number;
  readonly adu: Uint8Array;
}

/** Table 2. */
export const COMMAND = { control: 1, send: 2, confirm: 3, request: 4, answer: 5, deny: 6 } as const;

const HEAD = 27;
const TAIL = 3;
const ADU_LIMIT = 1024;
const START = 0x40;
const END = 0x23;

/** The bytes of a frame. An ADU over 1024 bytes is a mistake of the caller and throws RangeError. */
export function encodeFrame(frame: Frame): Uint8Array {
  if (frame.adu.length > ADU_LIMIT) throw new RangeError(`ADU of ${frame.adu.length} bytes`);
  const bytes = Buffer.alloc(HEAD + frame.adu.length + TAIL);
  bytes.fill(START, 0, 2);
  bytes.writeUInt16LE(frame.serial, 2);
  bytes.set(frame.version, 4);
  bytes.set(frame.time, 6);
  bytes.writeUIntLE(frame.source, 12, 6);
  bytes.writeUIntLE(frame.destination, 18, 6);
  bytes.writeUInt16LE(frame.adu.length, 24);
  bytes[26] = frame.command;
  bytes.set(frame.adu, HEAD);
  bytes[bytes.length - TAIL] = sum(bytes);
  bytes.fill(END, bytes.length - 2);
  return bytes;
}

/** One whole frame. Fails with `bad_length`, `bad_start`, `bad_end` or `bad_checksum`. */
export function decodeFrame(input: Uint8Array): Result<Frame> {
  const bytes = view(input);
  const possible = bytes.length >= HEAD + TAIL && bytes.length <= HEAD + ADU_LIMIT + TAIL;
  if (!possible || bytes.length !== frameLength(bytes)) {
    return refuse("bad_length", `${bytes.length} bytes`);
  }
  if (bytes[0] !== START || bytes[1] !== START) return refuse("bad_start", "no @@");
  if (bytes.at(-1) !== END || bytes.at(-2) !== END) return refuse("bad_end", "no ##");
  if (bytes.at(-TAIL) !== sum(bytes)) {
    return refuse("bad_checksum", `${bytes.at(-TAIL)} instead of ${sum(bytes)}`);
  }
  return ok({
    serial: bytes.readUInt16LE(2),
    version: [bytes.readUInt8(4), bytes.readUInt8(5)],
    time: Uint8Array.from(bytes.subarray(6, 12)),
    source: bytes.readUIntLE(12, 6),
    destination: bytes.readUIntLE(18, 6),
    command: bytes.readUInt8(26),
    adu: Uint8Array.from(bytes.subarray(HEAD, -TAIL)),
  });
}

/** Cuts what the centre sends into frames, by length. Holds at most one frame's bytes; whatever is no frame is skipped and counted. */
export class CentreFramer {
  #held: Buffer = Buffer.alloc(0);
  /** Bytes thrown away because no frame began or ended where it should. */
  skipped = 0;

  push(bytes: Uint8Array): Frame[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    return this.#cut();
  }

  /** The line was silent in the middle of a frame: what seemed to begin one did not. Returns the frames that it hid. */
  giveUp(): Frame[] {
    const frames: Frame[] = [];
    while (this.#held.length > 0) {
      this.#skip();
      frames.push(...this.#cut());
    }
    return frames;
  }

  #cut(): Frame[] {
    const frames: Frame[] = [];
    while (this.#held.length >= HEAD + TAIL) {
      const length = frameLength(this.#held);
      const begins = this.#held[0] === START && this.#held[1] === START;
      const possible = begins && length <= HEAD + ADU_LIMIT + TAIL;
      if (possible && this.#held.length < length) break;
      const frame = possible ? decodeFrame(this.#held.subarray(0, length)) : null;
      if (frame?.ok) {
        frames.push(frame.value);
        this.#held = this.#held.subarray(length);
      } else this.#skip();
    }
    return frames;
  }

  #skip(): void {
    this.#held = this.#held.subarray(1);
    this.skipped += 1;
  }
}

function frameLength(bytes: Buffer): number {
  return HEAD + bytes.readUInt16LE(24) + TAIL;
}

function sum(bytes: Uint8Array): number {
  return bytes.subarray(2, -TAIL).reduce((total, byte) => (total + byte) & 0xff, 0);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

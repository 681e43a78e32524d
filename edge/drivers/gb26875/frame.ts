/**
 * GB/T 26875.3-2011 frames: user information transmission device (UITD) <-> monitoring centre. Low byte first.
 *
 *   @@ | serial 2 | version 2 | time 6 | source 6 | destination 6 | length 2 | command 1 | ADU 0..1024 | sum 1 | ##
 *   0    2          4           6        12         18              24         26          27
 *
 *   40 40 01 00 01 01 23 3A 09 1A 09 0C 38 5B 01 00 00 00 79 03 00 00 00 00 00 00 03 AB 23 23   a confirm
 *
 * There is no stuffing: @@ and ## occur inside, so a frame is cut by its length, never by its end mark.
 */
import type { Framer } from "../driver.ts";
import type { Verdict } from "../framing/framer.ts";
import { NOISE, resyncFramer } from "../framing/framer.ts";

/** Table 2. 0 and 7-127 are reserved, 128-255 the vendor's. */
export const COMMAND = { control: 1, send: 2, confirm: 3, request: 4, answer: 5, deny: 6 } as const;

export interface Frame {
  readonly serial: number;
  /** Main version (1 in the standard, others are seen) and user version. */
  readonly version: readonly [number, number];
  /** The time label as it stands, 6 bytes. */
  readonly label: Uint8Array;
  /** 6 bytes each, low byte first. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly command: number;
  readonly adu: Uint8Array;
}

const HEADER = 26;
/** Everything but the ADU. */
const FIXED = 30;
const MAX_ADU = 1024;

/** Reasons: `bad_length` (ADU over 1024), `bad_end`, `bad_checksum` (a sender that waits for an answer gets a deny, 6.2.2). */
export function gbFramer(): Framer {
  return resyncFramer({ maxFrame: FIXED + MAX_ADU, inspect });
}

/** The parts of a whole frame, as the framer cuts it. */
export function parseFrame(bytes: Uint8Array): Frame {
  return {
    serial: u16(bytes, 2),
    version: [bytes[4] ?? 0, bytes[5] ?? 0],
    label: bytes.subarray(6, 12),
    source: bytes.subarray(12, 18),
    destination: bytes.subarray(18, 24),
    command: bytes[26] ?? 0,
    adu: bytes.subarray(27, bytes.length - 3),
  };
}

/** The bytes of a frame. The ADU must not be longer than 1024 bytes. */
export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(FIXED + frame.adu.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x40, 0x40]);
  view.setUint16(2, frame.serial, true);
  bytes.set(frame.version, 4);
  bytes.set(frame.label, 6);
  bytes.set(frame.source, 12);
  bytes.set(frame.destination, 18);
  view.setUint16(24, frame.adu.length, true);
  bytes[26] = frame.command;
  bytes.set(frame.adu, 27);
  bytes[bytes.length - 3] = checksum(bytes);
  bytes.set([0x23, 0x23], bytes.length - 2);
  return bytes;
}

/** Confirm (3) or deny (6): the same serial and version, addresses swapped, no ADU (6.2). `label` is the time of sending. */
export function encodeAnswer(
  to: Frame,
  command: typeof COMMAND.confirm | typeof COMMAND.deny,
  label = to.label,
): Uint8Array {
  const { serial, version, source, destination } = to;
  return encodeFrame({
    serial,
    version,
    label,
    source: destination,
    destination: source,
    command,
    adu: new Uint8Array(),
  });
}

/** An address as one number in hex, high byte first: `000000000379`. */
export function addressText(address: Uint8Array): string {
  return Buffer.from(address.toReversed()).toString("hex");
}

function inspect(bytes: Uint8Array): Verdict {
  if (bytes[0] !== 0x40) return NOISE;
  if (bytes.length < 2) return { need: 2 };
  if (bytes[1] !== 0x40) return NOISE;
  if (bytes.length < HEADER) return { need: HEADER };
  const length = FIXED + u16(bytes, 24);
  if (length > FIXED + MAX_ADU) return { bad: "bad_length" };
  if (bytes.length < length) return { need: length };
  if (bytes[length - 2] !== 0x23 || bytes[length - 1] !== 0x23) return { bad: "bad_end" };
  const whole = bytes.subarray(0, length);
  if (whole[length - 3] === checksum(whole)) return { frame: length };
  return badChecksum(whole);
}

function badChecksum(whole: Uint8Array): Verdict {
  const frame = parseFrame(whole);
  const answered: readonly number[] = [COMMAND.confirm, COMMAND.answer, COMMAND.deny];
  if (answered.includes(frame.command)) return { bad: "bad_checksum" };
  return { bad: "bad_checksum", answer: encodeAnswer(frame, COMMAND.deny), length: whole.length };
}

/** Sum of everything from the serial number to the ADU's end, low 8 bits. */
function checksum(whole: Uint8Array): number {
  let sum = 0;
  for (let i = 2; i < whole.length - 3; i++) sum += whole[i] ?? 0;
  return sum & 0xff;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

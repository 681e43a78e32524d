/**
 * HLK-LD2410 frames (vendor's serial protocol V1.08), 256000 8N1, low byte first, no checksum.
 *
 *   report   F4 F3 F2 F1 | length 2 | payload | F8 F7 F6 F5      about ten a second
 *   command  FD FC FB FA | length 2 | word 2, value | 04 03 02 01   and its ACK: word + 0x0100, status 2
 *
 *   F4 F3 F2 F1 0D 00 02 AA 02 51 00 00 00 00 3B 00 00 55 00 F8 F7 F6 F5   somebody still
 */
import type { Framer } from "../driver.ts";
import type { Verdict } from "../framing/framer.ts";
import { NOISE, resyncFramer } from "../framing/framer.ts";

const REPORT = { head: [0xf4, 0xf3, 0xf2, 0xf1], end: [0xf8, 0xf7, 0xf6, 0xf5] } as const;
const COMMAND = { head: [0xfd, 0xfc, 0xfb, 0xfa], end: [0x04, 0x03, 0x02, 0x01] } as const;

const FIXED = 10;
/** The longest known payload has 35 bytes. */
const MAX_PAYLOAD = 128;

/** Reasons: `bad_length` (payload empty or over 128 bytes), `bad_end`. */
export function ld2410Framer(): Framer {
  return resyncFramer({ maxFrame: FIXED + MAX_PAYLOAD, inspect });
}

/** What kind of frame it is, and its payload. */
export function parseFrame(bytes: Uint8Array): { report: boolean; payload: Uint8Array } {
  return { report: bytes[0] === REPORT.head[0], payload: bytes.subarray(6, bytes.length - 4) };
}

/** Words of the vendor's table; `enable` comes first and `end` last, or the module refuses the ones between. */
const WORDS = {
  enable: 0x00ff,
  end: 0x00fe,
  engineering_on: 0x0062,
  engineering_off: 0x0063,
  read_firmware: 0x00a0,
  restart: 0x00a3,
} as const;

/** A command frame. @public: the gateway reads what the module reports by itself; configuring one is a person's tool. */
export function encodeCommand(word: keyof typeof WORDS): Uint8Array {
  const value = word === "enable" ? [0x01, 0x00] : [];
  const code = WORDS[word];
  return Uint8Array.of(
    ...COMMAND.head,
    2 + value.length,
    0,
    code & 0xff,
    code >> 8,
    ...value,
    ...COMMAND.end,
  );
}

function inspect(bytes: Uint8Array): Verdict {
  const mark = bytes[0] === REPORT.head[0] ? REPORT : COMMAND;
  for (let i = 0; i < 4; i++) {
    if (i >= bytes.length) return { need: i + 1 };
    if (bytes[i] !== mark.head[i]) return NOISE;
  }
  if (bytes.length < 6) return { need: 6 };
  const payload = (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8);
  if (payload < 2 || payload > MAX_PAYLOAD) return { bad: "bad_length" };
  const length = FIXED + payload;
  if (bytes.length < length) return { need: length };
  const end = bytes.subarray(length - 4, length);
  return mark.end.every((byte, i) => end[i] === byte) ? { frame: length } : { bad: "bad_end" };
}

/**
 * The four digits on the wall of a room: who arrives types them, so that an arrival is said by somebody who stands there.
 *
 *   code = first 4 bytes of HMAC-SHA256(key, "anhu room code/{facility}/{room}"), big-endian, modulo 10,000, with leading zeros
 *
 *   key 0b0b...0b, pt-licheng-0001, r302: d34b5834... -> 0356
 *
 * Four digits are no secret that keeps anybody out (whoever asks must bound the tries): they show presence, and a new key gives every
 * room another code when plates have been copied.
 */
import { createHmac } from "node:crypto";
import { AnhuError } from "../errors/index.ts";

/** 32 bytes as hexadecimal digits, as `secrets/room-code.key` holds them; blanks around them do not count. */
const KEY = /^\s*[0-9a-f]{64}\s*$/i;
const CODES = 10_000;

/**
 * The code of a room (RFC 2104, FIPS 180-4). `key` is the text of the key file; `facility` and `room` are ids.
 * Throws `bad_room_key` for a key that is not 32 bytes of hexadecimal digits.
 */
export function roomCode(key: string, facility: string, room: string): string {
  if (!KEY.test(key)) {
    const text = "the key of the room codes is not 32 bytes of hexadecimal digits";
    throw new AnhuError("bad_room_key", text, { fault: "caller", retry: false });
  }
  const mac = createHmac("sha256", Buffer.from(key.trim(), "hex"));
  const code = mac.update(`anhu room code/${facility}/${room}`).digest().readUInt32BE() % CODES;
  return String(code).padStart(4, "0");
}

/**
 * HLK-LD2410 (24 GHz presence radar), vendor protocol V1.08; numbers low byte first.
 *
 *   report   F4 F3 F2 F1 | length 2 | type 1 (1 engineering, 2 basic) AA target 9 [gates] 55 00 | F8 F7 F6 F5
 *   command  FD FC FB FA | length 2 | word 2, value                                            | 04 03 02 01
 *
 * Target: state 1 (bit 0 moving, bit 1 still), moving distance 2 cm, moving energy 1, still distance 2, still energy 1,
 * detection distance 2. Gates: highest moving gate 1, highest still gate 1, energies of moving gates, of still gates, light 1, OUT pin 1.
 * Example: F4 F3 F2 F1 0D 00 02 AA 02 51 00 00 00 00 3B 00 00 55 00 F8 F7 F6 F5 (still; moving distance 81 cm is meaningless)
 */
import type { RadarView } from "./model.ts";

const REPORT = { head: [0xf4, 0xf3, 0xf2, 0xf1], tail: [0xf8, 0xf7, 0xf6, 0xf5] };
const COMMAND = { head: [0xfd, 0xfc, 0xfb, 0xfa], tail: [0x04, 0x03, 0x02, 0x01] };
/** The longest command (setting all gates) has 20 bytes. */
const LONGEST_COMMAND = 64;

export function encodeBasic(view: RadarView): Uint8Array {
  return envelope(REPORT, Buffer.concat([Uint8Array.of(2, 0xaa), target(view), TRAILER]));
}

export function encodeEngineering(view: RadarView): Uint8Array {
  const { movingGates, stillGates, light, out } = view;
  const gates = Uint8Array.of(movingGates.length - 1, stillGates.length - 1);
  const energies = Uint8Array.from([...movingGates, ...stillGates, light, out]);
  const head = Uint8Array.of(1, 0xaa);
  return envelope(REPORT, Buffer.concat([head, target(view), gates, energies, TRAILER]));
}

/** A command or its acknowledgement (word + 0x0100, value: status 2, data). */
export function encodeCommand(word: number, value: Uint8Array): Uint8Array {
  return envelope(COMMAND, Buffer.concat([uint16(word), value]));
}

export interface Command {
  readonly word: number;
  readonly value: Uint8Array;
}

/** Cuts commands out of what the line brings. Holds at most one command's bytes; anything else is skipped and counted. */
export class CommandFramer {
  #held: Buffer = Buffer.alloc(0);
  skipped = 0;

  push(bytes: Uint8Array): Command[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const commands: Command[] = [];
    let at = 0;
    while (this.#held.length - at >= 6) {
      const rest = this.#held.subarray(at);
      const length = rest.readUInt16LE(4);
      const possible = startsWith(rest, COMMAND.head) && length >= 2 && length <= LONGEST_COMMAND;
      if (possible && rest.length < 6 + length + 4) break;
      const whole = possible && startsWith(rest.subarray(6 + length), COMMAND.tail);
      if (whole) {
        const value = Uint8Array.from(rest.subarray(8, 6 + length));
        commands.push({ word: rest.readUInt16LE(6), value });
      } else this.skipped += 1;
      at += whole ? 6 + length + 4 : 1;
    }
    this.#held = this.#held.subarray(at);
    return commands;
  }
}

const TRAILER = Uint8Array.of(0x55, 0x00);

function target(view: RadarView): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((view.moving ? 1 : 0) | (view.still ? 2 : 0), 0);
  bytes.writeUInt16LE(view.movingCm, 1);
  bytes.writeUInt8(view.movingEnergy, 3);
  bytes.writeUInt16LE(view.stillCm, 4);
  bytes.writeUInt8(view.stillEnergy, 6);
  bytes.writeUInt16LE(view.detectionCm, 7);
  return bytes;
}

function envelope(marks: typeof REPORT, payload: Uint8Array): Uint8Array {
  const { head, tail } = marks;
  return Buffer.concat([Buffer.from(head), uint16(payload.length), payload, Buffer.from(tail)]);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function startsWith(bytes: Uint8Array, marks: readonly number[]): boolean {
  return marks.every((mark, at) => bytes[at] === mark);
}

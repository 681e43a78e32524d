import type { Sent, Wire, WireEvents, WireStats } from "./wire.ts";

/**
 * What can happen to bytes on a line.
 * - `garbage`: `count` random bytes go before the frame, which stays whole.
 * - `truncated`: only the first `keep` bytes arrive (at least one is lost).
 * - `flipped`: the byte `fromEnd` places before the last one has all bits turned over (2: the checksum of GB/T 26875.3).
 * - `lost`: the frame does not arrive at all.
 */
export type LineFault =
  | { readonly fault: "garbage"; readonly count: number }
  | { readonly fault: "truncated"; readonly keep: number }
  | { readonly fault: "flipped"; readonly fromEnd: number }
  | { readonly fault: "lost" };

/** A wire whose next sends suffer what was asked for, one fault per send; a frame that did not arrive whole was not heard. */
export interface FaultyWire extends Wire {
  /** The next send (after those already asked for) is struck. At most 1000 wait; more are refused with false. */
  strikeNext(fault: LineFault): boolean;
}

const WAITING_AT_MOST = 1000;

/** Wraps a wire so that scenarios can spoil what it carries. */
export function faultyWire(wire: Wire, random: () => number): FaultyWire {
  const waiting: LineFault[] = [];
  return {
    name: wire.name,
    get listening() {
      return wire.listening;
    },
    send(bytes: Uint8Array, done?: (sent: Sent) => void) {
      const fault = waiting.shift();
      if (fault === undefined) return wire.send(bytes, done);
      const spoilt = strike(bytes, fault, random);
      const whole = fault.fault === "garbage";
      wire.send(spoilt, ({ heard, at }) => done?.({ heard: heard && whole, at }));
    },
    attach: (events: WireEvents) => wire.attach(events),
    stats: (): WireStats => wire.stats(),
    close: () => wire.close(),
    strikeNext(fault) {
      if (waiting.length >= WAITING_AT_MOST) return false;
      waiting.push(fault);
      return true;
    },
  };
}

/** The bytes that arrive when `fault` strikes `frame`. `random` gives [0, 1). */
function strike(frame: Uint8Array, fault: LineFault, random: () => number): Uint8Array {
  if (fault.fault === "garbage") {
    const noise = Uint8Array.from({ length: fault.count }, () => Math.floor(random() * 256));
    return Buffer.concat([noise, frame]);
  }
  if (fault.fault === "flipped") {
    const place = frame.length - 1 - fault.fromEnd;
    return frame.map((byte, at) => (at === place ? byte ^ 0xff : byte));
  }
  const keep = fault.fault === "lost" ? 0 : Math.min(fault.keep, frame.length - 1);
  return frame.slice(0, keep);
}

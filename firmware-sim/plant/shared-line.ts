import type { Sent, Wire, WireEvents } from "../wire/index.ts";

/**
 * A line between the device at its end and a player of recorded frames, as with a test set plugged in: while the player holds the
 * line, the device finds it busy and waits, and what the far end says goes to the player, who passes on what is not meant for it.
 *
 *   device --own--> [ shared line ] --> far end
 *   player --play-->      ^ hold: the device waits
 *
 * At most 16 sends of the device wait; one more is not heard.
 */
export interface SharedLine {
  /** The device's end. */
  readonly own: Wire;
  readonly held: boolean;
  /** Makes the device wait until the returned function is called; several may hold at once. */
  hold(): () => void;
  /** The player's bytes; out in order, at the line's own rate. */
  play(bytes: Uint8Array, done: (sent: Sent) => void): void;
  /** What the far end says while the line is held. */
  onReply(listener: (bytes: Uint8Array) => void): void;
  passOn(bytes: Uint8Array): void;
}

const WAITING_AT_MOST = 16;

/** Puts a shared line onto a wire, which it attaches to. */
export function shareLine(wire: Wire): SharedLine {
  let holders = 0;
  let device: WireEvents | undefined;
  let reply: ((bytes: Uint8Array) => void) | undefined;
  let waiting: (() => void)[] = [];
  wire.attach({ bytes: (bytes) => (holders > 0 ? reply?.(bytes) : device?.bytes(bytes)) });
  const own: Wire = {
    name: wire.name,
    get listening() {
      return wire.listening;
    },
    send(bytes, done) {
      if (holders === 0) wire.send(bytes, done);
      else if (waiting.length < WAITING_AT_MOST) waiting.push(() => wire.send(bytes, done));
      else done?.({ heard: false, at: null });
    },
    attach: (events) => {
      device = events;
    },
    stats: () => wire.stats(),
    close: () => wire.close(),
  };

  function release(): void {
    holders -= 1;
    if (holders > 0) return;
    const late = waiting;
    waiting = [];
    for (const send of late) send();
  }

  return {
    own,
    get held() {
      return holders > 0;
    },
    hold() {
      holders += 1;
      let holding = true;
      return () => {
        if (holding) release();
        holding = false;
      };
    },
    play: (bytes, done) => wire.send(bytes, done),
    onReply: (listener) => {
      reply = listener;
    },
    passOn: (bytes) => device?.bytes(bytes),
  };
}

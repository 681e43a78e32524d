import type { Sent, Wire, WireEvents } from "./wire.ts";
import { noBytes } from "./wire.ts";

/** A wire for tests of devices: keeps what was sent, is told what arrives. */
export interface MemoryWire extends Wire {
  listening: boolean;
  readonly sent: Uint8Array[];
  /** Called after each send: the far end's chance to answer. */
  onSent: ((bytes: Uint8Array) => void) | null;
  receive(bytes: Uint8Array): void;
}

export function memoryWire(name: string): MemoryWire {
  let events: WireEvents | null = null;
  const sent: Uint8Array[] = [];
  return {
    name,
    listening: true,
    sent,
    onSent: null,
    send(bytes: Uint8Array, done?: (sent: Sent) => void) {
      sent.push(bytes);
      done?.({ heard: this.listening, at: 0 });
      this.onSent?.(bytes);
    },
    attach: (given) => (events = given),
    receive: (bytes) => events?.bytes(bytes),
    stats: noBytes,
    close: () => {},
  };
}

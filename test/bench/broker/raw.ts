import { connect } from "node:net";
import { once } from "node:events";
import mqttPacket from "mqtt-packet";
import type { Packet } from "mqtt-packet";

/** MQTT 3.1.1, table 2.1. */
export const TYPE = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

export interface Login {
  readonly client_id: string;
  readonly username: string;
  readonly password: string;
}

/** An MQTT 3.1.1 connection that costs next to nothing, so that the broker is what is measured. */
export interface RawClient {
  send(bytes: Uint8Array): void;
  close(): void;
}

/** What came: its type, and where its variable header and payload stand in `bytes`. */
export type Heard = (
  type: number,
  bytes: Buffer,
  body: readonly [from: number, to: number],
) => void;

/** Connects and waits for the CONNACK. `heard` is called for every packet after it, `turn` after the packets of one read. */
export async function openRaw(
  { port, login }: { readonly port: number; readonly login: Login },
  { heard, turn }: { readonly heard: Heard; readonly turn: () => void },
): Promise<RawClient> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  const { client_id: clientId, username, password } = login;
  socket.write(
    encode({
      cmd: "connect",
      clientId,
      username,
      password: Buffer.from(password),
      keepalive: 60,
      clean: true,
    }),
  );
  let isClosing = false;
  let rest = Buffer.alloc(0);
  const connected = Promise.withResolvers<void>();
  socket.on("data", (bytes: Buffer) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = eachPacket(all, (type, body) => {
      if (type === TYPE.connack) connected.resolve();
      else heard(type, all, body);
    });
    rest = Buffer.from(all.subarray(end));
    turn();
  });
  socket.on("error", () => {
    // `close` follows.
  });
  socket.on("close", () => {
    if (!isClosing) throw new Error(`the broker closed the connection of ${clientId}`);
  });
  await connected.promise;
  return {
    send: (bytes) => void socket.write(bytes),
    close() {
      isClosing = true;
      socket.destroy();
    },
  };
}

export function encode(packet: Packet): Buffer {
  return mqttPacket.generate(packet);
}

/** Calls `take` for every complete packet and returns where the first incomplete one begins (MQTT 3.1.1, 2.2.3). */
function eachPacket(
  bytes: Buffer,
  take: (type: number, body: [from: number, to: number]) => void,
): number {
  for (let start = 0; ;) {
    let length = 0;
    let at = start + 1;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length) return start;
      const byte = bytes[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (at + length > bytes.length) return start;
    take((bytes[start] ?? 0) >> 4, [at, at + length]);
    start = at + length;
  }
}

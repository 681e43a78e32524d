/** The two wires of a gateway under test: the panel's line, and the line to the town. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** The far end of the panel's line: says frames, hears answers. */
export class Panel {
  readonly heard: Buffer[] = [];
  readonly #server = createServer((socket) => {
    this.#socket = socket;
    socket.on("data", (bytes) => this.heard.push(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = null;
    });
  });
  #socket: Socket | null = null;

  listen(): Promise<number> {
    return listen(this.#server);
  }

  get connected(): boolean {
    return this.#socket !== null;
  }

  say(frame: Uint8Array): void {
    this.#socket?.write(frame);
  }

  /** How many confirmations (command 3) of this serial number were heard. */
  confirms(serial: number): number {
    const all = Buffer.concat(this.heard);
    let count = 0;
    for (let at = all.indexOf("@@"); at >= 0; at = all.indexOf("@@", at + 1)) {
      if (all[at + 26] === 3 && all.readUInt16LE(at + 2) === serial) count += 1;
    }
    return count;
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}

/** GB/T 26875.3-2011, vector A1 of DOMAIN: one smoke component; serial, address and state are set anew, and the checksum. */
export function smokeFrame(of: { serial: number; fire: boolean; address?: number }): Buffer {
  const frame = Buffer.from(
    "404001000101203a091a090c790300000000385b0100000030000202010101280a0002000200" +
      "20".repeat(30) +
      "00023a091a090c462323",
    "hex",
  );
  frame.writeUInt16LE(of.serial, 2);
  frame.writeUInt32LE(of.address ?? 0x0002000a, 32);
  frame.writeUInt16LE(of.fire ? 2 : 1, 36);
  frame[75] = frame.subarray(2, 75).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return frame;
}

/** GB/T 26875.3-2011, 8.3.1.4 (type 4): the fire alarm system 1/1 was reset; no time of its own. */
export function resetFrame(serial: number): Buffer {
  const head = "404001000101203a091a090c790300000000385b010000000c0002";
  const frame = Buffer.from(`${head}040101010101${"00".repeat(6)}002323`, "hex");
  frame.writeUInt16LE(serial, 2);
  frame[39] = frame.subarray(2, 39).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return frame;
}

/** The line to the town: can be cut so that nobody is told. */
export class Town {
  isCut = false;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: () => number) {
    this.#server = createServer((near) => {
      const far = connect({ host: "127.0.0.1", port: target() });
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  listen(): Promise<number> {
    return listen(this.#server);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("data", (bytes) => {
      if (!this.isCut) to.write(bytes);
    });
    from.on("error", () => {});
    from.on("close", () => to.destroy());
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "@anhu/core/time";
import { openTcpWire } from "./tcp.ts";
import type { Sent, Wire } from "./wire.ts";

let server: Server;
let wire: Wire;
let sockets: Socket[];
let heard: string;

beforeEach(async () => {
  sockets = [];
  heard = "";
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("data", (bytes) => (heard += bytes.toString()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const clock = systemClock();
  wire = openTcpWire({ name: "tcp", host: "127.0.0.1", port, clock, reconnectMs: 10 });
});

afterEach(() => {
  wire.close();
  server.close();
});

const until = (check: () => boolean) =>
  vi.waitFor(() => expect(check()).toBe(true), { timeout: 5000, interval: 5 });
const send = (text: string) =>
  new Promise<Sent>((resolve) => wire.send(Buffer.from(text), resolve));

it("what is sent without a connection is not heard; it connects again and again", async () => {
  expect(await send("too early")).toEqual({ heard: false, at: null });
  for (const round of [1, 2]) {
    await until(() => wire.listening && sockets.length === round);
    expect(await send(`hello ${round} `)).toMatchObject({ heard: true });
    await until(() => heard.endsWith(`hello ${round} `));
    sockets.at(-1)?.destroy();
    await until(() => !wire.listening || sockets.length > round);
  }
  expect(heard).toBe("hello 1 hello 2 ");
  expect(wire.stats()).toMatchObject({ unheard: 9, heard: 16 });
});

it("hands on what the centre says", async () => {
  const bytes: number[] = [];
  wire.attach({ bytes: (chunk) => bytes.push(...chunk) });
  await until(() => sockets.length === 1);
  sockets[0]?.write(Uint8Array.of(0x40, 0x40));
  await until(() => bytes.length > 0);
  expect(bytes).toEqual([0x40, 0x40]);
});

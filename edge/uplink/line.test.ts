import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { FakeClock } from "@anhu/core/time";
import { pino } from "pino";
import { expect, test } from "vitest";
import { statusOf } from "../status/status.ts";
import { UplinkLine } from "./line.ts";

const NOBODY = { total: 0, silent: 0 };
const EMPTY = { batches: 0, alerts: 0, bytes: 0, oldest: null, dropped: {} };

test("a broker that takes us in and then never lets us hear acks is left, and tried again", async () => {
  const clock = new FakeClock(0);
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    // CONNACK (MQTT 3.1.1, 3.2), and no word after it.
    socket.once("data", () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const line = new UplinkLine({
    identity: {
      client_id: "home.gw1",
      username: "home.gw1",
      password: "secret",
      ca: null,
      host: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
    },
    address: { facility: "home", gateway: "gw1" },
    clock,
    log: pino({ enabled: false }),
    random: () => 1,
    will: () =>
      statusOf("offline", {
        boot: "b1",
        version: "0",
        config: "",
        at: 0,
        clock: { source: "ntp", offset_ms: 0 },
        outbox: { ...EMPTY, medium: "disk", trouble: null },
        devices: NOBODY,
        lines: { open: 0, total: 0 },
        uplinkUp: false,
        unheard: false,
      }),
    onUp: () => {},
    onDown: () => {},
    onMessage: () => {},
  });
  const [first] = (await once(server, "connection")) as [Socket];
  // CONNECT, then SUBSCRIBE: nothing answers that.
  await once(first, "data");
  await once(first, "data");
  const closed = once(first, "close");
  clock.advance(10_000);
  await closed;
  const again = once(server, "connection");
  await expect.poll(() => (clock.advance(500), sockets.length)).toBe(2);
  await again;
  const closing = line.close();
  clock.advance(2_000);
  await closing;
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Ingest against a broker in this process and the embedded store: what a gateway sees. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes } from "aedes";
import type { MqttClient } from "mqtt";
import { connectAsync } from "mqtt";
import { Registry } from "prom-client";
import { formatBatch } from "@anhu/core/wire";
import { systemClock } from "@anhu/core/time";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ingest, Store } from "./index.ts";
import { openEmbeddedStore, startIngest } from "./index.ts";

const clock = systemClock();
const now = clock.wall();
const folder = mkdtempSync(join(tmpdir(), "anhu-ingest-"));
const acks: { topic: string; ack: unknown }[] = [];
const sockets = new Set<Socket>();
let broker: Aedes;
let server: Server;
let store: Store;
let ingest: Ingest;
let gateway: MqttClient;

beforeAll(async () => {
  broker = await Aedes.createBroker();
  server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `mqtt://127.0.0.1:${port}`;
  const account = { url, clientId: "ingest", username: "ingest", password: "secret" };
  store = await openEmbeddedStore({ path: join(folder, "readings.db"), clock, retentionDays: 400 });
  ingest = startIngest({
    store,
    mqtt: account,
    deadLettersPath: join(folder, "dead-letters.db"),
    retentionDays: 400,
    clock,
    random: () => 0.5,
    metrics: new Registry(),
    warn: () => undefined,
  });
  await ingest.subscribed();
  gateway = await connectAsync(url, { clientId: "f1/g1", protocolVersion: 4 });
  await gateway.subscribeAsync("anhu/v1/+/+/ack", { qos: 1 });
  gateway.on("message", (topic, payload) => {
    acks.push({ topic, ack: JSON.parse(payload.toString()) as unknown });
  });
});

afterAll(async () => {
  await gateway.endAsync();
  await ingest.close();
  await new Promise<void>((resolve) => broker.close(resolve));
  server.close();
  rmSync(folder, { recursive: true });
});

async function send(facility: string, payload: string | Uint8Array): Promise<void> {
  await gateway.publishAsync(`anhu/v1/${facility}/g1/readings`, Buffer.from(payload), { qos: 1 });
}

function batch(seq: number, lines: string[]): Uint8Array {
  const clockQuality = { source: "ntp", offset_ms: 0 } as const;
  const body = `${lines.join("\n")}\n`;
  return formatBatch({ boot: "b1", seq, n: lines.length, clock: clockQuality, lines: body });
}

const smoke = (at: number): string => `smoke,device=s1,room=r302 alarm=true ${at}`;

test("stores a batch and acknowledges it to its gateway; sent twice it is stored once", async () => {
  await send("f1", batch(1, [smoke(now), smoke(now + 1)]));
  await send("f1", batch(1, [smoke(now), smoke(now + 1)]));
  await expect.poll(() => acks.length).toBe(2);
  expect(acks[0]).toEqual({
    topic: "anhu/v1/f1/g1/ack",
    ack: { v: 1, kind: "readings", boot: "b1", stored: [1], refused: [] },
  });
  expect(await store.count({ facility: "f1" })).toBe(2);
});

test("among noise, nothing good is lost and everything bad is named", async () => {
  acks.length = 0;
  const lines = [
    smoke(now),
    'fall,device=p1,resident=p-1,room=none stage="confirmed\nsmoke,device=s9" 1',
    "\u0000\u0001noise",
    smoke(now - 500 * 86_400_000),
    smoke(now + 3_600_000),
    "smoke,device=s1,facility=f9,room=r302 alarm=true",
    "smoke,device=s1,room=r302,room=r303 alarm=true",
    `smoke,device=s1,room=r302 alarm=5 ${now}`,
    smoke(now + 2),
  ];
  await send("f2", batch(2, lines));
  await expect.poll(() => acks.length).toBe(1);
  expect(acks[0]?.ack).toMatchObject({
    stored: [],
    refused: [
      { seq: 2, code: "wrong_type", lines: [2, 8] },
      { seq: 2, code: "bad_line", lines: [3] },
      { seq: 2, code: "time_too_old", lines: [4] },
      { seq: 2, code: "time_too_new", lines: [5] },
      { seq: 2, code: "foreign_tag", lines: [6] },
      { seq: 2, code: "duplicate_tag", lines: [7] },
    ],
  });
  expect(await store.query({ facility: "f2" }, 10)).toMatchObject([{ at: now }, { at: now + 2 }]);
  const { dead_letters } = await ingest.health();
  expect(dead_letters.detail).toMatch(/^1 kept/);
});

test("a Telegraf's batch is stored and not acknowledged", async () => {
  acks.length = 0;
  await send("f3", `${smoke(now)}000000\n`);
  await expect.poll(() => store.count({ facility: "f3" })).toBe(1);
  expect(acks).toEqual([]);
});

test("after the broker was gone it listens again", async () => {
  acks.length = 0;
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await ingest.health()).broker.status).toBe("down");
  await expect
    .poll(async () => (await ingest.health()).broker.status, { timeout: 8000 })
    .toBe("ok");
  await expect.poll(() => gateway.connected, { timeout: 8000 }).toBe(true);
  await send("f4", batch(9, [smoke(now)]));
  await expect.poll(() => store.count({ facility: "f4" }), { timeout: 5000 }).toBe(1);
}, 20_000);

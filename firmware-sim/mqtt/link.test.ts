import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Aedes } from "aedes";
import type { Client } from "aedes";
import { systemClock } from "@anhu/core/time";
import { openLink } from "./link.ts";
import type { Link } from "./link.ts";

const clock = systemClock();
let broker: Aedes;
let server: Server;
let link: Link;
/** What reached the broker, in order. */
let arrived: { topic: string; payload: string; retain: boolean }[];
/** false: the broker takes messages and does not acknowledge. */
let acknowledging: boolean;
/** Connections that are refused yet. */
let refusing: number;
let clients: Client[];

beforeEach(async () => {
  arrived = [];
  acknowledging = true;
  refusing = 0;
  clients = [];
  broker = await Aedes.createBroker({
    authenticate: (_client, _username, _password, done) => done(null, refusing-- <= 0),
    authorizePublish: (_client, { topic, payload, retain }, done) => {
      arrived.push({ topic, payload: payload.toString(), retain });
      if (acknowledging) done(null);
    },
  });
  broker.on("client", (client) => clients.push(client));
  server = createServer(broker.handle);
  await new Promise<void>((up) => void server.listen(0, "127.0.0.1", up));
});

afterEach(async () => {
  await link.close();
  await new Promise<void>((closed) => broker.close(() => closed()));
  server.close();
});

function open(options: { keep?: number; ackTimeoutMs?: number } = {}): Link {
  return openLink({
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    login: { client_id: "wb-1", username: "wb-1", password: "x" },
    clock,
    will: { topic: "d/wb-1/online", payload: "false" },
    greeting: () => [{ topic: "d/wb-1/online", payload: "true" }],
    retryMs: 10,
    ...options,
  });
}

const events = () => arrived.filter(({ retain }) => !retain).map(({ payload }) => payload);

async function until(true_: () => boolean): Promise<void> {
  await expect.poll(true_, { interval: 5, timeout: 3000 }).toBe(true);
}

test("what was said before the broker was there arrives in order, after the greeting", async () => {
  link = open();
  const acked: string[] = [];
  for (const payload of ["1", "2", "3"])
    link.publish({ topic: "t", payload, routine: true, onPuback: () => acked.push(payload) });
  await until(() => acked.length === 3);
  expect(arrived.map(({ payload }) => payload)).toEqual(["true", "1", "2", "3"]);
  expect(acked).toEqual(["1", "2", "3"]);
});

test("a refused connection is tried again", async () => {
  refusing = 2;
  link = open();
  await until(() => link.connected());
  expect(refusing).toBe(-1);
});

test("a message without a PUBACK is sent again on the next connection, and only until its PUBACK", async () => {
  link = open();
  await until(() => link.connected());
  acknowledging = false;
  link.publish({ topic: "t", payload: "fall", routine: false });
  await until(() => events().length === 1);
  acknowledging = true;
  clients.at(-1)?.close();
  await until(() => link.waiting() === 0);
  expect(events()).toEqual(["fall", "fall"]);
  clients.at(-1)?.close();
  await until(() => clients.length === 3 && link.connected());
  expect(events()).toEqual(["fall", "fall"]);
});

test("a broker that takes but never acknowledges is left for a new connection", async () => {
  link = open({ ackTimeoutMs: 30 });
  acknowledging = false;
  link.publish({ topic: "t", payload: "fall", routine: false });
  await until(() => events().length >= 2);
  acknowledging = true;
  await until(() => link.waiting() === 0);
  expect(clients.length).toBeGreaterThan(1);
});

test("it ends although the broker owes an acknowledgement", async () => {
  link = open({ ackTimeoutMs: 30 });
  await until(() => link.connected());
  acknowledging = false;
  link.publish({ topic: "t", payload: "fall", routine: false });
  await until(() => events().length === 1);
  await link.close();
  expect(link.connected()).toBe(false);
});

test("a full buffer gives up the oldest routine message, never an event before it", async () => {
  acknowledging = false;
  link = open({ keep: 3 });
  const dropped: string[] = [];
  const say = (payload: string, routine: boolean) =>
    link.publish({ topic: "t", payload, routine, onDropped: () => dropped.push(payload) });
  say("fall", false);
  say("pulse 1", true);
  say("sos", false);
  say("pulse 2", true);
  say("pulse 3", true);
  expect(dropped).toEqual(["pulse 1", "pulse 2"]);
  expect(link.waiting()).toBe(3);
  say("sos 2", false);
  say("sos 3", false);
  expect(dropped).toEqual(["pulse 1", "pulse 2", "pulse 3", "fall"]);
});

import { systemClock } from "@anhu/core/time";
import { once } from "node:events";
import { expect, test, vi } from "vitest";
import {
  brokers,
  dial,
  enter,
  hear,
  hello,
  knock,
  publish,
  subscribe,
  talker,
} from "./raw-client.ts";

const brokerFor = brokers(systemClock());

const ALL = talker("all", ["#"], ["#"]);
const SENDER = talker("sender", ["#"]);

test("a packet at the limit passes, one byte more closes the connection", async () => {
  const broker = await brokerFor([ALL], { limits: { packetBytes: 1000 } });
  const client = await enter(broker, ALL);
  // 1 type, 2 length, 2 + 1 topic, 2 id
  client.say(publish("a", Buffer.alloc(992), { qos: 1, messageId: 1 }));
  expect(await client.next("puback")).toBeDefined();
  client.say(publish("a", Buffer.alloc(993), { qos: 1, messageId: 2 }));
  await client.closed;
  expect(client.received).toEqual([]);
  expect(broker.stats().refused.packet_too_large).toBe(1);
});

test("a packet of 256 MB is closed at its header, before anybody has said who they are", async () => {
  const broker = await brokerFor([ALL]);
  const client = await dial(broker);
  client.bytes(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await client.closed;
  expect(broker.stats().refused.packet_too_large).toBe(1);
});

test("before its CONNECT nobody may send a large packet, even where large ones are allowed", async () => {
  const broker = await brokerFor([ALL], { limits: { packetBytes: 1e6, connectBytes: 1000 } });
  const client = await enter(broker, ALL);
  client.say(publish("a", Buffer.alloc(10_000), { qos: 1, messageId: 1 }));
  expect(await client.next("puback")).toBeDefined();
  const stranger = await dial(broker);
  stranger.bytes(Buffer.from([0x10, 0xe8, 0x07]));
  await stranger.closed;
  expect(broker.stats().refused.packet_too_large).toBe(1);
});

test("who says nothing is closed after the connect timeout", async () => {
  const broker = await brokerFor([ALL], { limits: { connectTimeoutMs: 50 } });
  const silent = await dial(broker);
  const slow = await dial(broker);
  slow.bytes(Buffer.from([0x10]));
  await Promise.all([silent.closed, slow.closed]);
  expect(broker.stats().refused.connect_timeout).toBe(2);
});

test.each([0, 1, 60_000])(
  "keepalive %d: a silent client is closed at the latest after the limit",
  async (keepalive) => {
    const broker = await brokerFor([ALL], { limits: { keepaliveS: 0.1 } });
    const client = await enter(broker, ALL, { keepalive });
    await client.closed;
    expect(broker.stats().refused.keepalive_timeout).toBe(1);
  },
);

test("one socket too many is closed at once, and there is room again when one has gone", async () => {
  const broker = await brokerFor([ALL], { limits: { connections: 2 } });
  const first = await dial(broker);
  await dial(broker);
  await vi.waitFor(async () => {
    const third = await dial(broker);
    await third.closed;
  });
  expect(broker.stats().refused.too_many_connections).toBe(1);
  first.socket.destroy();
  await once(first.socket, "close");
  await vi.waitFor(async () => expect(await knock(broker, hello(ALL))).toBe(0));
});

test("one connection too many of an identity is refused", async () => {
  const broker = await brokerFor([ALL], { limits: { connectionsPerIdentity: 1 } });
  const first = await enter(broker, ALL);
  expect(await knock(broker, hello(ALL))).toBe(3);
  first.say({ cmd: "pingreq" });
  expect(await first.next("pingresp")).toBeDefined();
  first.socket.destroy();
  await vi.waitFor(async () => expect(await knock(broker, hello(ALL))).toBe(0));
});

test("too many packets behind a CONNECT close the connection", async () => {
  const broker = await brokerFor([ALL], { limits: { queuePackets: 5 } });
  const client = await dial(broker);
  client.say(hello(ALL), ...Array.from({ length: 20 }, () => publish("a")));
  await client.closed;
  expect(broker.stats().refused.queue_limit).toBe(1);
});

test("a few packets right behind a CONNECT are served", async () => {
  const broker = await brokerFor([ALL]);
  const client = await dial(broker);
  client.say(
    hello(ALL),
    { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a", qos: 0 }] },
    publish("a", "quick"),
  );
  expect(await hear(client)).toBe("quick");
});

test("a frozen subscriber holds up the others for no longer than drainMs, and cannot do it again at once", async () => {
  const frozen = talker("frozen", [], ["#"]);
  const broker = await brokerFor([ALL, SENDER, frozen], {
    limits: { drainMs: 200, frozenPenaltyMs: 60_000 },
  });
  const stuck = await enter(broker, frozen);
  await subscribe(stuck, "a");
  stuck.socket.pause();
  const healthy = await enter(broker, ALL);
  await subscribe(healthy, "a");
  const sender = await enter(broker, SENDER);
  const total = 1000;
  let longest = 0;
  let last = performance.now();
  for (let id = 1; id <= total; id += 1) {
    sender.say(publish("a", Buffer.alloc(20_000, id % 256), { qos: 1, messageId: id }));
    const packet = await healthy.next("publish");
    if (packet?.cmd === "publish" && packet.messageId !== undefined) {
      healthy.say({ cmd: "puback", messageId: packet.messageId });
    }
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  expect(broker.stats().refused.frozen).toBe(1);
  expect(longest).toBeLessThan(2000);
  expect(await knock(broker, hello(frozen))).toBe(3);
  expect(broker.stats().refused.frozen_lately).toBe(1);
});

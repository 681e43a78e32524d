import { systemClock } from "@anhu/core/time";
import { expect, test, vi } from "vitest";
import type { Incoming } from "./index.ts";
import { deviceIdentity, gatewayIdentity, ingestIdentity, responseIdentity } from "./index.ts";
import { brokers, enter, hear, publish, subscribe, talker } from "./raw-client.ts";

const brokerFor = brokers(systemClock());

const GATEWAY = gatewayIdentity({ facility: "pt-1", gateway: "gw1" });
const UP = "anhu/v1/pt-1/gw1";

test.each([
  ["a gateway on another's readings", GATEWAY, "anhu/v1/pt-1/gw2/readings"],
  ["a gateway in another facility", GATEWAY, "anhu/v1/pt-2/gw1/alerts"],
  ["a gateway on its own ack", GATEWAY, `${UP}/ack`],
  ["a gateway below its topic", GATEWAY, `${UP}/readings/x`],
  ["ingest on an alert", ingestIdentity(), `${UP}/alerts`],
  ["response on a status", responseIdentity(), `${UP}/status`],
  ["a device for another", deviceIdentity({ base: "d", address: "wb-1" }), "d/wb-2/fall"],
  ["a device on its own set", deviceIdentity({ base: "d", address: "wb-1" }), "d/wb-1/set"],
])("%s: the connection is closed, nothing is acknowledged or heard", async (_w, who, topic) => {
  const broker = await brokerFor([who, talker("all", [], ["#"])]);
  const watcher = await enter(broker, talker("all", []));
  await subscribe(watcher, "#");
  const client = await enter(broker, who);
  client.say(publish(topic, "x", { qos: 1, messageId: 1 }));
  await client.closed;
  await broker.publish("end", "end", { qos: 0, retain: false });
  expect(await hear(watcher)).toBe("end");
  expect(client.received).toEqual([]);
  expect(broker.stats().refused.topic_not_allowed).toBe(1);
});

test.each([
  ["$SYS/broker/x", "bad_topic"],
  ["$share/g/a", "bad_topic"],
  ["a\u0000b", "bad_topic"],
  ["a\nb", "bad_topic"],
  [`a/${"x".repeat(600)}`, "bad_topic"],
  ["a/+", "protocol_error"],
  ["a/#", "protocol_error"],
  [`a${"/a".repeat(50)}`, "protocol_error"],
] as const)("the topic %j is refused even to who may say anything", async (topic, reason) => {
  const broker = await brokerFor([talker("all", ["#"])]);
  const client = await enter(broker, talker("all", []));
  const raw = Buffer.from(topic);
  const length = Buffer.from([raw.length >> 8, raw.length & 0xff]);
  const body = Buffer.concat([length, raw, Buffer.from("x")]);
  const remaining =
    body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  client.bytes(Buffer.concat([Buffer.from([0x30, ...remaining]), body]));
  await client.closed;
  expect(broker.stats().refused[reason]).toBe(1);
});

test("ill-formed UTF-8 in a topic closes the connection [MQTT-1.5.3-1]", async () => {
  const broker = await brokerFor([talker("all", ["#"])]);
  const client = await enter(broker, talker("all", []));
  client.bytes(Buffer.from([0x30, 0x04, 0x00, 0x01, 0xff, 0x78]));
  await client.closed;
  expect(broker.stats().refused.bad_topic).toBe(1);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "%s is a topic like any other",
  async (name) => {
    const broker = await brokerFor([talker("all", ["#"], ["#"])]);
    const client = await enter(broker, talker("all", []));
    expect(await subscribe(client, `${name}/${name}`, name)).toEqual([1, 1]);
    client.say(publish(`${name}/${name}`, "deep", { qos: 1, messageId: 1, retain: true }));
    expect(await hear(client)).toBe("deep");
    client.say(publish(name, "flat"));
    expect(await hear(client)).toBe("flat");
    client.say({ cmd: "unsubscribe", messageId: 2, unsubscriptions: [name] });
    expect(await client.next("unsuback")).toBeDefined();
    expect({}).not.toHaveProperty("deep");
    expect(broker.stats()).toMatchObject({ clients: 1, retained: 1 });
  },
);

test("a payload passes unchanged at each QoS", async () => {
  const broker = await brokerFor([talker("all", ["#"], ["#"])]);
  const client = await enter(broker, talker("all", []));
  await subscribe(client, "a");
  const bytes = Buffer.from([0, 0xff, ...Buffer.from("安护")]);
  client.say(publish("a", bytes));
  client.say(publish("a", bytes, { qos: 1, messageId: 8 }));
  client.say(publish("a", bytes, { qos: 2, messageId: 9 }));
  expect(await client.next("puback")).toMatchObject({ messageId: 8 });
  expect(await client.next("pubrec")).toMatchObject({ messageId: 9 });
  client.say({ cmd: "pubrel", messageId: 9 });
  expect(await client.next("pubcomp")).toMatchObject({ messageId: 9 });
  for (let heard = 0; heard < 3; heard += 1) {
    expect(await client.next("publish")).toMatchObject({ payload: bytes });
  }
  const bytesIn = 3 * bytes.length;
  expect(broker.stats()).toMatchObject({ messagesIn: 3, messagesOut: 3, bytesIn });
});

test("a client with too many publishes waiting is not read until one is done", async () => {
  const { waiting, beforeAck } = held();
  const broker = await brokerFor([talker("d", ["#"])], {
    beforeAck,
    limits: { publishesPending: 3 },
  });
  const client = await enter(broker, talker("d", []));
  for (let messageId = 1; messageId <= 3; messageId += 1) {
    client.say(publish("a", "x", { qos: 1, messageId }));
    await vi.waitFor(() => expect(waiting).toHaveLength(messageId));
  }
  client.say(publish("a", "x", { qos: 1, messageId: 4 }), { cmd: "pingreq" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(waiting).toHaveLength(3);
  expect(client.received).toEqual([]);
  for (const one of waiting) one.release();
  await vi.waitFor(() => expect(waiting).toHaveLength(4));
  expect(await client.next("pingresp")).toBeDefined();
  waiting[3]?.release();
  for (const messageId of [1, 2, 3, 4]) {
    expect(await client.next("puback")).toMatchObject({ messageId });
  }
});

test("a retained message waits for who comes later, and an empty one removes it", async () => {
  const broker = await brokerFor([talker("all", ["#"], ["#"])]);
  const client = await enter(broker, talker("all", []));
  client.say(publish("a", "kept", { qos: 1, messageId: 1, retain: true }));
  await client.next("puback");
  await subscribe(client, "a");
  expect(await client.next("publish")).toMatchObject({ retain: true, topic: "a" });
  client.say(publish("a", "", { qos: 1, messageId: 2, retain: true }));
  await client.next("puback");
  expect(broker.stats().retained).toBe(0);
});

test("one retained topic too many closes the connection", async () => {
  const broker = await brokerFor([talker("all", ["#"])], { limits: { retained: 1 } });
  const client = await enter(broker, talker("all", []));
  client.say(publish("a", "1", { retain: true }), publish("a", "2", { retain: true }));
  client.say(publish("b", "3", { retain: true }));
  await client.closed;
  expect(broker.stats()).toMatchObject({ retained: 1, refused: { too_many_retained: 1 } });
});

test("over its rate a client is slowed and loses nothing", async () => {
  const broker = await brokerFor([talker("all", ["#"], ["#"])], {
    limits: { publishPerSecond: 100, publishBurst: 5 },
  });
  const client = await enter(broker, talker("all", []));
  const ids = Array.from({ length: 15 }, (_, at) => at + 1);
  client.say(...ids.map((messageId) => publish("a", String(messageId), { qos: 1, messageId })));
  for (const messageId of ids) {
    expect(await client.next("puback")).toMatchObject({ messageId });
  }
  expect(broker.stats()).toMatchObject({ messagesIn: 15 });
  expect(broker.stats().slowed).toBeGreaterThan(5);
});

test("a service that answers thousands of gateways has no rate", async () => {
  const broker = await brokerFor([ingestIdentity()], {
    limits: { publishPerSecond: 1, publishBurst: 1, publishWaitMs: 0 },
  });
  const ingest = await enter(broker, ingestIdentity());
  const ids = Array.from({ length: 50 }, (_, at) => at + 1);
  ingest.say(...ids.map((messageId) => publish(`${UP}/ack`, "{}", { qos: 1, messageId })));
  for (const messageId of ids) expect(await ingest.next("puback")).toMatchObject({ messageId });
  expect(broker.stats()).toMatchObject({ messagesIn: 50, slowed: 0 });
});

test("a flood that would have to wait too long closes the connection", async () => {
  const broker = await brokerFor([talker("all", ["#"])], {
    limits: { publishPerSecond: 10, publishBurst: 5, publishWaitMs: 500 },
  });
  const client = await enter(broker, talker("all", []));
  client.say(...Array.from({ length: 100 }, () => publish("a")));
  await client.closed;
  expect(broker.stats().refused.publish_rate).toBe(1);
});

/** A hook that a test can hold back: each publish waits until it is released or refused. */
function held() {
  const waiting: { publish: Incoming; release(): void; fail(): void }[] = [];
  const beforeAck = (incoming: Incoming): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ publish: incoming, release: resolve, fail: () => reject(new Error("disk")) });
    });
  return { waiting, beforeAck };
}

test.each([
  [1, "puback"],
  [2, "pubrec"],
] as const)("QoS %d: no %s and no delivery before beforeAck is done", async (qos, answer) => {
  const { waiting, beforeAck } = held();
  const broker = await brokerFor([talker("d", ["#"], ["#"])], { beforeAck });
  const client = await enter(broker, talker("d", []));
  await subscribe(client, "a");
  client.say(publish("a", "reading", { qos, messageId: 5, dup: true }));
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  expect(waiting[0]?.publish).toMatchObject({
    topic: "a",
    qos,
    dup: true,
    retain: false,
    will: false,
  });
  expect(waiting[0]?.publish.identity.username).toBe("d");
  for (let ping = 0; ping < 5; ping += 1) {
    client.say({ cmd: "pingreq" });
    expect(await client.next("pingresp")).toBeDefined();
  }
  expect(client.received).toEqual([]);
  waiting[0]?.release();
  expect(await client.next(answer)).toMatchObject({ messageId: 5 });
  expect(await hear(client)).toBe("reading");
});

test("acknowledgements keep the order of the messages whatever finishes first [MQTT-4.6.0-2]", async () => {
  const { waiting, beforeAck } = held();
  const broker = await brokerFor([talker("d", ["#"])], { beforeAck });
  const client = await enter(broker, talker("d", []));
  client.say(...[1, 2, 3].map((messageId) => publish("a", "x", { qos: 1, messageId })));
  await vi.waitFor(() => expect(waiting).toHaveLength(3));
  for (const one of waiting.toReversed()) one.release();
  for (const messageId of [1, 2, 3]) {
    expect(await client.next("puback")).toMatchObject({ messageId });
  }
});

test("beforeAck that fails or hangs: no PUBACK, and the connection is closed", async () => {
  const { waiting, beforeAck } = held();
  const broker = await brokerFor([talker("d", ["#"])], { beforeAck, limits: { beforeAckMs: 100 } });
  const failed = await enter(broker, talker("d", []));
  failed.say(
    publish("a", "x", { qos: 1, messageId: 1 }),
    publish("a", "y", { qos: 1, messageId: 2 }),
  );
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  waiting[0]?.fail();
  waiting[1]?.release();
  await failed.closed;
  const hung = await enter(broker, talker("d", []));
  hung.say(publish("a", "x", { qos: 1, messageId: 1 }));
  await hung.closed;
  expect([...failed.received, ...hung.received]).toEqual([]);
  const { refused } = broker.stats();
  expect(refused).toMatchObject({ before_ack_failed: 1, before_ack_timeout: 1 });
});

test("a will passes beforeAck like any message", async () => {
  const { waiting, beforeAck } = held();
  const broker = await brokerFor([talker("d", ["#"])], { beforeAck });
  const will = { topic: "d/online", payload: Buffer.from("false"), retain: true };
  const client = await enter(broker, talker("d", []), { will });
  client.socket.resetAndDestroy();
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  expect(waiting[0]?.publish).toMatchObject({ topic: "d/online", will: true, retain: true });
  expect(waiting[0]?.publish.payload.toString()).toBe("false");
});

test("the broker itself refuses to publish where nobody may", async () => {
  const broker = await brokerFor([]);
  const publishing = broker.publish("a/+", "x", { qos: 0, retain: false });
  await expect(publishing).rejects.toMatchObject({ code: "bad_topic", fault: "caller" });
});

import { systemClock } from "@anhu/core/time";
import mqttPacket from "mqtt-packet";
import { expect, test, vi } from "vitest";
import { gatewayIdentity, ingestIdentity, issue } from "./index.ts";
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

const GATEWAY = gatewayIdentity({ facility: "pt-1", gateway: "gw1" });
const OTHER = gatewayIdentity({ facility: "pt-1", gateway: "gw2" });
const UP = "anhu/v1/pt-1/gw1";

test("an identity with its secret and its client id is let in", async () => {
  const broker = await brokerFor([GATEWAY]);
  expect(await knock(broker, hello(GATEWAY))).toBe(0);
  expect(broker.stats()).toMatchObject({ clients: 1, accepted: 1 });
});

const { username: _username, password: _password, ...anonymous } = hello(GATEWAY);

test.each([
  ["a wrong secret", hello(GATEWAY, { password: Buffer.from("Secret") }), 4, "wrong_secret"],
  ["an empty secret", hello(GATEWAY, { password: Buffer.alloc(0) }), 4, "wrong_secret"],
  ["an unknown name", hello(GATEWAY, { username: "nobody" }), 4, "unknown_identity"],
  ["no name at all", anonymous, 4, "unknown_identity"],
  ["the name __proto__", hello(GATEWAY, { username: "__proto__" }), 4, "unknown_identity"],
  ["the name constructor", hello(GATEWAY, { username: "constructor" }), 4, "unknown_identity"],
  ["the name toString", hello(GATEWAY, { username: "toString" }), 4, "unknown_identity"],
  ["a name with NUL", hello(GATEWAY, { username: "pt-1.gw1\0" }), 4, "unknown_identity"],
  ["a name of 30000", hello(GATEWAY, { username: "x".repeat(30_000) }), 4, "unknown_identity"],
  ["another's client id", hello(GATEWAY, { clientId: "pt-1.gw2" }), 2, "client_id_mismatch"],
  ["the id __proto__", hello(GATEWAY, { clientId: "__proto__" }), 2, "client_id_mismatch"],
  ["no id, clean", hello(GATEWAY, { clientId: "" }), 2, "empty_client_id"],
  ["MQTT 5", hello(GATEWAY, { protocolVersion: 5 }), 1, "protocol_version"],
  ["MQTT 3.1", hello(GATEWAY, { protocolVersion: 3, protocolId: "MQIsdp" }), 1, "protocol_version"],
  [
    "a will on another gateway's topic",
    hello(GATEWAY, { will: { topic: "anhu/v1/pt-1/gw2/status", payload: Buffer.from("x") } }),
    5,
    "will_not_allowed",
  ],
  [
    "a will with a wildcard",
    hello(GATEWAY, { will: { topic: `${UP}/+`, payload: Buffer.from("x") } }),
    5,
    "will_not_allowed",
  ],
  [
    "a will on a $ topic",
    hello(GATEWAY, { will: { topic: "$SYS/x", payload: Buffer.from("x") } }),
    5,
    "will_not_allowed",
  ],
])("%s is refused", async (_what, connect, code, reason) => {
  const broker = await brokerFor([GATEWAY, OTHER]);
  const client = await dial(broker);
  client.say(connect);
  expect(await client.next("connack")).toMatchObject({ returnCode: code, sessionPresent: false });
  await client.closed;
  expect(broker.stats()).toMatchObject({ clients: 0, accepted: 0, refused: { [reason]: 1 } });
});

test("an empty client id with a persistent session is refused with code 2 [MQTT-3.1.3-8]", async () => {
  const broker = await brokerFor([GATEWAY]);
  // Written by hand: the generator refuses to write it.
  const packet = mqttPacket.generate(hello(GATEWAY, { clientId: "" }));
  packet[9] = (packet[9] ?? 0) & ~0x02;
  const client = await dial(broker);
  client.bytes(packet);
  expect(await client.next("connack")).toMatchObject({ returnCode: 2 });
  await client.closed;
});

test("a persistent session is accepted and not kept", async () => {
  const broker = await brokerFor([GATEWAY, talker("s", ["anhu/#"])]);
  const first = await enter(broker, GATEWAY, { clean: false });
  await subscribe(first, `${UP}/ack`);
  first.socket.destroy();
  await vi.waitFor(() => expect(broker.stats().clients).toBe(0));
  await broker.publish(`${UP}/ack`, "missed", { qos: 1, retain: false });
  const again = await dial(broker);
  again.say(hello(GATEWAY, { clean: false }));
  expect(await again.next("connack")).toMatchObject({ returnCode: 0, sessionPresent: false });
  expect(await subscribe(again, `${UP}/ack`)).toEqual([1]);
  await broker.publish(`${UP}/ack`, "new", { qos: 1, retain: false });
  expect(await hear(again)).toBe("new");
});

test("a later connection of the same identity takes over from the earlier one", async () => {
  const broker = await brokerFor([GATEWAY]);
  const first = await enter(broker, GATEWAY);
  await enter(broker, GATEWAY);
  await first.closed;
  expect(broker.stats()).toMatchObject({ clients: 1, refused: { taken_over: 1 } });
});

test("many connections of one identity at once leave one", async () => {
  const broker = await brokerFor([GATEWAY]);
  const codes = await Promise.all(Array.from({ length: 10 }, () => knock(broker, hello(GATEWAY))));
  expect(codes).toContain(0);
  await vi.waitFor(() => expect(broker.stats().clients).toBe(1));
});

test("who is turned away does not disturb the client whose id it claims", async () => {
  const broker = await brokerFor([GATEWAY, OTHER, ingestIdentity()]);
  const ingest = await enter(broker, ingestIdentity());
  await subscribe(ingest, "anhu/v1/+/+/readings");
  const gateway = await enter(broker, GATEWAY);
  const reading = (dup: boolean) =>
    publish(`${UP}/readings`, "once", { qos: 2, messageId: 3, dup });
  gateway.say(reading(false));
  expect(await gateway.next("pubrec")).toMatchObject({ messageId: 3 });
  expect(await knock(broker, hello(GATEWAY, { password: Buffer.from("guess") }))).toBe(4);
  expect(await knock(broker, hello(OTHER, { clientId: GATEWAY.clientId }))).toBe(2);
  // The broker still knows that it has this message: it is not forwarded again [MQTT-4.3.3-2].
  gateway.say(reading(true));
  expect(await gateway.next("pubrec")).toMatchObject({ messageId: 3 });
  gateway.say(publish(`${UP}/readings`, "end"));
  expect([await hear(ingest), await hear(ingest)]).toEqual(["once", "end"]);
});

test("the will of a broken connection is published, that of a closed one is not", async () => {
  const broker = await brokerFor([GATEWAY, OTHER, talker("s", [], ["anhu/v1/+/+/status"])]);
  const watcher = await enter(broker, talker("s", []));
  await subscribe(watcher, "anhu/v1/+/+/status");
  const polite = await enter(broker, OTHER, {
    will: { topic: "anhu/v1/pt-1/gw2/status", payload: Buffer.from("polite") },
  });
  polite.say({ cmd: "disconnect" });
  await polite.closed;
  const broken = await enter(broker, GATEWAY, {
    will: { topic: `${UP}/status`, payload: Buffer.from("broken") },
  });
  broken.socket.resetAndDestroy();
  expect(await hear(watcher)).toBe("broken");
  expect(watcher.received).toEqual([]);
});

test("what is not MQTT, and MQTT that does not begin with CONNECT, is closed without an answer", async () => {
  const broker = await brokerFor([GATEWAY]);
  for (const bytes of [
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.from([0xc0, 0x00]),
    Buffer.from([0x00, 0x00]),
    mqttPacket.generate({
      cmd: "subscribe",
      messageId: 1,
      subscriptions: [{ topic: "a", qos: 0 }],
    }),
  ]) {
    const client = await dial(broker);
    client.bytes(bytes);
    await client.closed;
    expect(client.received).toEqual([]);
  }
  expect(broker.stats().refused.protocol_error).toBeGreaterThan(0);
});

test("a second CONNECT closes the connection [MQTT-3.1.0-2]", async () => {
  const broker = await brokerFor([GATEWAY]);
  const client = await enter(broker, GATEWAY);
  client.say(hello(GATEWAY));
  await client.closed;
  expect(broker.stats().refused.protocol_error).toBe(1);
});

test("identities that cannot be read are nobody's fault: come back later", async () => {
  const broker = await brokerFor([], {
    identities: {
      find() {
        throw new Error("disk");
      },
    },
  });
  expect(await knock(broker, hello(GATEWAY))).toBe(3);
  expect(broker.stats().refused.identities_unreadable).toBe(1);
});

test("a removed identity is cut off at the next check, changed filters hold from then on", async () => {
  const known = new Map([
    ["ingest", issue(ingestIdentity(), "secret").identity],
    ["s", issue(talker("s", ["a/#"], ["a/#"]), "secret").identity],
  ]);
  const broker = await brokerFor([], {
    identities: { find: (name) => known.get(name) },
    limits: { recheckMs: 20 },
  });
  const changed = await enter(broker, talker("s", []));
  const removed = await enter(broker, ingestIdentity());
  expect(await subscribe(changed, "a/b", "a/c")).toEqual([1, 1]);
  known.delete("ingest");
  known.set("s", issue(talker("s", [], ["a/b"]), "secret").identity);
  await removed.closed;
  // Identities are checked in turns: this one's may come a little later.
  while (broker.stats().refused.forward_not_allowed !== 1) {
    await broker.publish("a/c", "no more", { qos: 0, retain: false });
  }
  await broker.publish("a/b", "still", { qos: 0, retain: false });
  let heard = await hear(changed);
  while (heard === "no more") heard = await hear(changed);
  expect(heard).toBe("still");
  expect(broker.stats().refused).toMatchObject({ identity_changed: 1, forward_not_allowed: 1 });
});

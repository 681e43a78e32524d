import { systemClock } from "@anhu/core/time";
import { expect, test } from "vitest";
import {
  bridgeIdentity,
  deviceIdentity,
  gatewayIdentity,
  ingestIdentity,
  responseIdentity,
} from "./index.ts";
import { brokers, enter, hear, publish, subscribe, talker } from "./raw-client.ts";

const brokerFor = brokers(systemClock());

const GATEWAY = gatewayIdentity({ facility: "pt-1", gateway: "gw1" });
const DEVICE = deviceIdentity({ base: "anhu-device", address: "siren-1" });

test.each([
  ["a gateway", GATEWAY, ["anhu/v1/pt-1/gw1/ack", "anhu/v1/pt-1/gw1/command"], [1, 1]],
  ["a gateway, others", GATEWAY, ["anhu/v1/pt-1/gw2/ack", "anhu/v1/+/+/ack", "#"], [128, 128, 128]],
  ["a gateway, readings", GATEWAY, ["anhu/v1/pt-1/gw1/readings"], [128]],
  ["ingest", ingestIdentity(), ["anhu/v1/+/+/readings", "anhu/v1/+/+/alerts"], [1, 128]],
  ["response", responseIdentity(), ["anhu/v1/+/+/alerts", "anhu/v1/+/+/readings"], [1, 128]],
  ["a device", DEVICE, ["anhu-device/siren-1/set", "anhu-device/+/set"], [1, 128]],
  ["a bridge", bridgeIdentity("zigbee2mqtt"), ["zigbee2mqtt/#", "zigbee2mqtt2/#"], [1, 128]],
])("%s hears what is its own and nothing else", async (_who, identity, filters, codes) => {
  const broker = await brokerFor([identity]);
  const client = await enter(broker, identity);
  expect(await subscribe(client, ...filters)).toEqual(codes);
  const refused = codes.filter((code) => code === 128).length;
  expect(broker.stats().refused.filter_not_allowed).toBe(refused);
});

test.each(["$SYS/#", "$SYS/+/new/clients", "$share/g/a", "a\u0000", "x".repeat(513)])(
  "the filter %j is refused even to who may hear anything",
  async (filter) => {
    const broker = await brokerFor([talker("all", [], ["#", "$SYS/#"])]);
    const client = await enter(broker, talker("all", []));
    expect(await subscribe(client, filter)).toEqual([128]);
    expect(broker.stats().refused.bad_filter).toBe(1);
  },
);

test("# hears nothing of the broker's own $SYS topics", async () => {
  const broker = await brokerFor([talker("all", ["#"], ["#"]), GATEWAY]);
  const client = await enter(broker, talker("all", []));
  await subscribe(client, "#");
  await enter(broker, GATEWAY);
  client.say(publish("a", "only"));
  expect(await hear(client)).toBe("only");
  expect(client.received).toEqual([]);
});

test("one filter too many is refused; one that is given up makes room", async () => {
  const broker = await brokerFor([talker("all", [], ["#"])], { limits: { subscriptions: 2 } });
  const client = await enter(broker, talker("all", []));
  expect(await subscribe(client, "a", "b", "c")).toEqual([1, 1, 128]);
  expect(await subscribe(client, "a")).toEqual([1]);
  client.say({ cmd: "unsubscribe", messageId: 2, unsubscriptions: ["a"] });
  await client.next("unsuback");
  expect(await subscribe(client, "c")).toEqual([1]);
  expect(broker.stats().refused.too_many_subscriptions).toBe(1);
});

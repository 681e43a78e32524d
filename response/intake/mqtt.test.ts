import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { startBroker, until } from "../testing/broker.ts";
import type { TestBroker } from "../testing/broker.ts";
import { openMqtt } from "./mqtt.ts";
import type { MqttLink } from "./mqtt.ts";

const TOPIC = "anhu/v1/f1/gw1/ack";
let broker: TestBroker;
let clock: FakeClock;
let link: MqttLink;

beforeEach(async () => {
  broker = await startBroker();
  clock = new FakeClock(0);
  link = openMqtt({
    host: "127.0.0.1",
    port: broker.port,
    credentials: { client_id: "response", username: "response", password: "p" },
    onAlert: () => {},
    onStatus: () => {},
    onReply: () => {},
    onReady: () => {},
    clock,
    log: pino({ level: "silent" }),
  });
  await until(() => link.ready());
  broker.holdAcks = true;
});

afterEach(async () => {
  await link.close();
  await broker.close();
});

test("an answer that the broker does not take in time is given up, and not sent again behind our back", async () => {
  const late = link.publish(TOPIC, "{}");
  await until(() => broker.held() === 1);
  clock.advance(5_000);
  await expect(late).rejects.toMatchObject({ code: "mqtt_timeout" });
  broker.drop();
  await until(() => !link.ready());
  await expect(link.publish(TOPIC, "{}")).rejects.toMatchObject({ code: "mqtt_offline" });
  await until(() => link.ready());
  const next = link.publish(TOPIC, "{}");
  await until(() => broker.held() === 2);
  broker.drop();
  await expect(next).rejects.toMatchObject({ code: "mqtt_timeout" });
});

test("it ends although the broker owes an acknowledgement", async () => {
  const owed = link.publish(TOPIC, "{}");
  await until(() => broker.held() === 1);
  await Promise.all([
    expect(owed).rejects.toMatchObject({ code: "mqtt_timeout" }),
    expect(link.close()).resolves.toBeUndefined(),
  ]);
});

import { connectAsync } from "mqtt";
import type { MqttClient } from "mqtt";
import { pino } from "pino";
import { expect, test } from "vitest";
import { Registry } from "prom-client";
import { systemClock } from "@anhu/core/time";
import { topic } from "@anhu/core/wire";
import type { Command } from "@anhu/core/wire";
import { NEEDLESS, openCommandQueue } from "../../commands/commands.ts";
import { openMqtt } from "../../intake/mqtt.ts";
import { migrate } from "../../store/migrations/index.ts";
import { openSqlite } from "../../store/sqlite.ts";
import { startBroker, until } from "../../testing/broker.ts";
import { deliveryTo } from "../../testing/delivery.ts";
import { FACILITY } from "../../testing/facility.ts";
import { describeChannel } from "../contract.ts";
import type { Behaviour } from "../contract.ts";
import { openChannelMetrics } from "../metrics.ts";
import { openSiren } from "./channel.ts";

const ADDRESS = { facility: FACILITY, gateway: "gw1" };

/** A gateway that answers commands as told. */
async function connectSiren(port: number, how: () => Behaviour, came: (command: Command) => void) {
  const client: MqttClient = await connectAsync({ host: "127.0.0.1", port, protocolVersion: 4 });
  client.on("message", (_topic, payload) => {
    const command = JSON.parse(payload.toString()) as Command;
    if (how() === "away") return;
    came(command);
    if (how() === "silent") return;
    const refused = { ok: false, detail: "no_siren: this gateway has no siren" };
    const answer = how() === "refuse" ? refused : { ok: true, detail: "sounds for 60 s" };
    client.publish(topic(ADDRESS, "reply"), JSON.stringify({ id: command.id, ...answer }), {
      qos: 1,
    });
  });
  await client.subscribeAsync(topic(ADDRESS, "command"), { qos: 1 });
  return client;
}

describeChannel("siren", {
  unanswered: "retry",
  gaps: { busy: "a gateway runs a command or refuses it" },
  async open() {
    const broker = await startBroker();
    const db = openSqlite(":memory:");
    await migrate(db, "sqlite");
    const clock = systemClock();
    const log = pino({ level: "silent" });
    const commands = openCommandQueue({
      db,
      publish: (to, payload) => mqtt.publish(to, payload),
      done: () => Promise.resolve(),
      clock,
      log,
      outcomes: openChannelMetrics(new Registry()).commands,
    });
    const mqtt = openMqtt({
      host: "127.0.0.1",
      port: broker.port,
      credentials: { client_id: "response", username: "response", password: "p" },
      onAlert() {},
      onStatus() {},
      onReply: (address, payload) => commands.reply(address, payload),
      onReady() {},
      clock,
      log,
    });
    await until(() => mqtt.ready());
    let how: Behaviour = "accept";
    const told: Command[] = [];
    const gateway = await connectSiren(
      broker.port,
      () => how,
      (command) => told.push(command),
    );
    const sent: string[] = [];
    const channel = openSiren({ run: (...args) => commands.run(...args), clock, timeoutMs: 500 });
    return {
      channel: {
        ...channel,
        send(delivery) {
          sent.push(delivery.id);
          return channel.send(delivery);
        },
      },
      delivery: () => deliveryTo({ channel: "siren", person: "gw1", purpose: "unanswered" }),
      behave(next) {
        how = next;
      },
      // A siren knows commands, not deliveries: each that came is one that was sent.
      came: () => told.map((_, index) => sent[index] ?? ""),
      secrets: ["127.0.0.1"],
      async close() {
        await commands.close();
        await mqtt.close();
        await gateway.endAsync();
        await broker.close();
        await db.destroy();
      },
    };
  },
});

test("a siren that somebody's answer has overtaken is not said to be sent, and nobody is to blame", async () => {
  const clock = systemClock();
  const siren = openSiren({ run: () => Promise.resolve(NEEDLESS), clock });
  expect(await siren.send(deliveryTo({ person: "gw1", channel: "siren" }))).toEqual({
    result: "retry",
    reason: "answered",
    blame: "nobody",
  });
});

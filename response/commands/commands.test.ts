import { connectAsync } from "mqtt";
import type { MqttClient } from "mqtt";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { topic } from "@anhu/core/wire";
import type { Command } from "@anhu/core/wire";
import { openChannelMetrics } from "../channels/metrics.ts";
import { openMqtt } from "../intake/mqtt.ts";
import type { MqttLink } from "../intake/mqtt.ts";
import { addCommand } from "../store/commands.ts";
import type { CommandDraft } from "../store/commands.ts";
import { migrate } from "../store/migrations/index.ts";
import type { Db } from "../store/schema.ts";
import { openSqlite } from "../store/sqlite.ts";
import { testModesOf } from "../store/test-modes.ts";
import { T0 } from "../testing/alerts.ts";
import { startBroker, until } from "../testing/broker.ts";
import type { TestBroker } from "../testing/broker.ts";
import { openCommandQueue } from "./commands.ts";
import type { Commands } from "./commands.ts";
import { commandDone } from "./done.ts";

const GATEWAY = { facility: "f1", gateway: "gw1" };

let broker: TestBroker;
let db: Db;
let clock: FakeClock;
let mqtt: MqttLink;
let commands: Commands;
let registry: Registry;
let gateway: MqttClient;
let came: Command[];

beforeEach(async () => {
  broker = await startBroker();
  db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  clock = new FakeClock(T0);
  came = [];
  gateway = await connectAsync({ host: "127.0.0.1", port: broker.port, protocolVersion: 4 });
  gateway.on("message", (_topic, payload) => came.push(JSON.parse(payload.toString()) as Command));
  await gateway.subscribeAsync(topic(GATEWAY, "command"), { qos: 1 });
  await open();
});

afterEach(async () => {
  await close();
  await gateway.endAsync();
  await broker.close();
  await db.destroy();
});

async function open(): Promise<void> {
  const log = pino({ level: "silent" });
  registry = new Registry();
  commands = openCommandQueue({
    db,
    publish: (to, payload) => mqtt.publish(to, payload),
    done: (tx, command) => commandDone(tx, command, clock.wall()),
    clock,
    log,
    outcomes: openChannelMetrics(registry).commands,
  });
  mqtt = openMqtt({
    host: "127.0.0.1",
    port: broker.port,
    credentials: { client_id: "response", username: "response", password: "p" },
    onAlert() {},
    onStatus() {},
    onReply: (address, payload) => commands.reply(address, payload),
    onReady: () => commands.wake(),
    clock,
    log,
  });
  await until(() => mqtt.ready());
}

async function close(): Promise<void> {
  await commands.close();
  await mqtt.close();
}

function draft(change: Partial<CommandDraft> = {}): CommandDraft {
  const args = { seconds: 60, by: "local" };
  return {
    ...GATEWAY,
    incident: null,
    verb: "silence",
    args,
    by: "local",
    expiresAt: T0 + 30_000,
    ...change,
  };
}

const states = async () =>
  (await db.selectFrom("commands").select(["state", "detail"]).orderBy("position").execute()).map(
    ({ state, detail }) => (detail === null ? state : `${state}: ${detail}`),
  );

function reply(id: string, answer: object, from = GATEWAY) {
  return gateway.publishAsync(topic(from, "reply"), JSON.stringify({ id, ...answer }), { qos: 1 });
}

async function outcome(name: string): Promise<number> {
  const metric = await registry.getSingleMetric("anhu_commands_total")?.get();
  const found = metric?.values.find(({ labels }) => labels["outcome"] === name);
  return found?.value ?? 0;
}

test("a command goes to its gateway, and the gateway's answer comes back", async () => {
  const answer = commands.run(draft(), 5_000);
  await until(() => came.length === 1);
  expect(came[0]).toMatchObject({
    v: 1,
    verb: "silence",
    args: { seconds: 60 },
    expires_at: T0 + 30_000,
  });
  await expect.poll(states).toEqual(["sent"]);
  await reply(came[0]?.id ?? "", { ok: true, detail: "silent for 60 s" });
  expect(await answer).toEqual({ ok: true, detail: "silent for 60 s" });
  expect(await states()).toEqual(["done: silent for 60 s"]);
});

test("a refusal says why", async () => {
  const answer = commands.run(draft(), 5_000);
  await until(() => came.length === 1);
  await reply(came[0]?.id ?? "", { ok: false, detail: "no_siren: none" });
  expect(await answer).toEqual({ ok: false, detail: "no_siren: none" });
  expect(await states()).toEqual(["refused: no_siren: none"]);
});

test("a gateway that does not answer is asked again with the same id until the time is over", async () => {
  const answer = commands.run(draft({ expiresAt: T0 + 5_000 }), 5_000);
  await until(() => came.length === 1);
  for (let again = 2; again <= 3; again += 1) {
    await expect.poll(states).toEqual(["sent"]);
    await until(() => {
      clock.advance(100);
      return came.length === again;
    });
  }
  clock.advance(5_000);
  expect(await answer).toBeNull();
  await until(async () => {
    clock.advance(500);
    return (await states())[0] === "expired";
  });
  expect(new Set(came.map(({ id }) => id)).size).toBe(1);
  expect(await outcome("expired")).toBe(1);
});

test("an answer that comes too late still counts: the gateway says what it did", async () => {
  const late = commands.run(draft({ expiresAt: T0 + 1_000 }), 1_000);
  await until(() => came.length === 1);
  await expect.poll(states).toEqual(["sent"]);
  await until(async () => {
    clock.advance(500);
    return (await states())[0] === "expired";
  });
  expect(await late).toBeNull();
  await reply(came[0]?.id ?? "", { ok: true, detail: "done" });
  await expect.poll(states).toEqual(["done: done"]);
});

test("nobody can answer another gateway's command, and what nobody asked for is counted", async () => {
  void commands.run(draft(), 5_000);
  await until(() => came.length === 1);
  await reply(came[0]?.id ?? "", { ok: true, detail: "x" }, { facility: "f1", gateway: "gw2" });
  await expect.poll(() => outcome("unmatched_reply")).toBe(1);
  await reply("unknown", { ok: true, detail: "x" });
  await expect.poll(() => outcome("unmatched_reply")).toBe(2);
  await gateway.publishAsync(topic(GATEWAY, "reply"), "{", { qos: 1 });
  await expect.poll(() => outcome("bad_json")).toBe(1);
  expect(await states()).toEqual(["sent"]);
});

test("what was recorded when the process ended goes out after the next start", async () => {
  await close();
  await db.transaction().execute((tx) => addCommand(tx, draft(), clock.wall()));
  await open();
  await until(() => came.length === 1);
  await reply(came[0]?.id ?? "", { ok: true, detail: "ok" });
  await expect.poll(states).toEqual(["done: ok"]);
});

test("a device is in test mode once its gateway has said so, until it ends", async () => {
  const args = { device: "smoke-302", until: T0 + 600_000, by: "user:u1", reason: "yearly test" };
  const begun = commands.run(draft({ verb: "test_mode", args, by: "user:u1" }), 5_000);
  await until(() => came.length === 1);
  expect(await testModesOf(db, "f1", T0)).toEqual([]);
  await reply(came[0]?.id ?? "", { ok: true, detail: "until" });
  await begun;
  expect(await testModesOf(db, "f1", T0)).toMatchObject([
    { device: "smoke-302", until: T0 + 600_000, reason: "yearly test" },
  ]);
  expect(await testModesOf(db, "f1", T0 + 600_000)).toEqual([]);

  const over = { ...args, until: null, reason: "" };
  const ended = commands.run(draft({ verb: "test_mode", args: over, by: "user:u1" }), 5_000);
  await until(() => came.length === 2);
  await reply(came[1]?.id ?? "", { ok: true, detail: "ended" });
  await ended;
  expect(await testModesOf(db, "f1", T0)).toEqual([]);
  const log = await db.selectFrom("ledger").select("entry").orderBy("seq").execute();
  expect(log.map(({ entry }) => JSON.parse(entry))).toMatchObject([
    {
      type: "test_mode_begun",
      actor: "user:u1",
      data: { device: "smoke-302", reason: "yearly test" },
    },
    { type: "test_mode_ended", actor: "user:u1", data: { device: "smoke-302" } },
  ]);
});

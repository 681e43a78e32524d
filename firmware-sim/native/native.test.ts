import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Aedes } from "aedes";
import { systemClock } from "@anhu/core/time";
import type { Journal, Learned, NewFact } from "../journal/index.ts";
import { openNativeDevice } from "./device.ts";
import type { NativeDevice } from "./device.ts";
import { openSiren } from "./siren.ts";
import type { SirenState } from "./siren.ts";

let broker: Aedes;
let server: Server;
let device: NativeDevice;
let arrived: { topic: string; payload: string }[];
let facts: NewFact[];
let learned: Learned[];

const journal: Journal = {
  write: (fact) => `f-${facts.push(fact)}`,
  learn: (_id, what) => void learned.push(what),
  flush() {},
  close() {},
  stats: () => ({ facts: facts.length, lost: 0 }),
};

beforeEach(async () => {
  arrived = [];
  facts = [];
  learned = [];
  broker = await Aedes.createBroker();
  broker.on("publish", ({ topic, payload }, client) => {
    if (client !== null) arrived.push({ topic, payload: payload.toString() });
  });
  server = createServer(broker.handle);
  await new Promise<void>((up) => void server.listen(0, "127.0.0.1", up));
});

afterEach(async () => {
  await device.close();
  await new Promise<void>((closed) => broker.close(() => closed()));
  server.close();
});

function options(address: string) {
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    login: { client_id: address, username: address, password: "x" },
    base: "anhu-device",
    address,
    device: `pendant-${address}`,
    journal,
    clock: systemClock(),
  };
}

async function until(come: () => boolean): Promise<void> {
  await expect.poll(come, { interval: 5, timeout: 3000 }).toBe(true);
}

test("messages count on, their times rise, and the PUBACK confirms them in the journal", async () => {
  device = openNativeDevice(options("wb-1"));
  device.report({ kind: "vitals", fields: { heart_rate_bpm: 71, worn: true }, routine: true });
  device.report({ kind: "fall", fields: { fall: true, stage: "confirmed" }, routine: false });
  await until(() => learned.length === 2);
  expect(arrived.map(({ topic }) => topic)).toEqual([
    "anhu-device/wb-1/online",
    "anhu-device/wb-1/vitals",
    "anhu-device/wb-1/fall",
  ]);
  const [vitals, fall] = arrived.slice(1).map(({ payload }) => JSON.parse(payload));
  expect(vitals).toMatchObject({ heart_rate_bpm: 71, worn: true });
  expect(fall.n).toBe((vitals.n + 1) % 2 ** 32);
  expect(fall.t).toBeGreaterThan(vitals.t);
  expect(facts).toMatchObject([
    { device: "pendant-wb-1", kind: "vitals", device_time_ms: vitals.t },
    { device: "pendant-wb-1", kind: "fall", device_time_ms: fall.t },
  ]);
  expect(learned[0]).toMatchObject({ listened: true, confirmed_at: expect.any(Number) });
});

test("a siren does what `set` says, answers on `state`, and ignores what is no `set`", async () => {
  const heard: SirenState[] = [];
  device = openSiren(options("siren-1"), (state) => heard.push(state));
  await until(() => arrived.some(({ topic }) => topic.endsWith("/state")));
  for (const payload of ["nonsense", '{"on":"yes"}', '{"on":true,"tone":"care","drill":false}'])
    broker.publish(
      {
        cmd: "publish",
        topic: "anhu-device/siren-1/set",
        payload,
        qos: 1,
        retain: false,
        dup: false,
      },
      () => {},
    );
  await until(() => arrived.filter(({ topic }) => topic.endsWith("/state")).length === 2);
  expect(heard).toMatchObject([{ on: true, tone: "care", drill: false }]);
  expect(JSON.parse(arrived.at(-1)?.payload ?? "")).toMatchObject({ on: true, tone: "care" });
  expect(facts.map(({ fields }) => fields)).toEqual([
    { refused: true },
    { refused: true },
    { on: true, tone: "care", drill: false },
  ]);
});

import { FakeClock } from "@anhu/core/time";
import type { Ack } from "@anhu/core/wire";
import { parseAlert, parseBatchHeader } from "@anhu/core/wire";
import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import { alert, batch } from "../outbox/fixtures.ts";
import type { Release, WaitingAlert, WaitingBatch, Want } from "../outbox/index.ts";
import { handleOf } from "../outbox/index.ts";
import { Sender } from "./sender.ts";

const CLOCK = { source: "ntp", offset_ms: 0 } as const;
let alerts: WaitingAlert[];
let batches: WaitingBatch[];
let published: string[];
let heard: string[];
let released: Release[];
let clock: FakeClock;
let sender: Sender;

beforeEach(() => {
  [alerts, batches, published, heard, released] = [[], [], [], [], []];
  clock = new FakeClock(0);
  const find = (want: Want) =>
    Promise.resolve({
      alerts: alerts
        .filter((waiting) => !want.exceptAlerts.includes(handleOf(waiting)))
        .slice(0, want.alerts),
      batches: batches
        .filter((waiting) => !want.exceptReadings.includes(handleOf(waiting)))
        .toReversed()
        .slice(0, want.readings),
    });
  const release = (request: Release) => {
    released.push(request);
    const seqs = [...request.stored, ...request.refused.map(({ seq }) => seq)];
    if (request.kind === "alerts") alerts = alerts.filter(({ seq }) => !seqs.includes(seq));
    else batches = batches.filter(({ seq }) => !seqs.includes(seq));
    return Promise.resolve();
  };
  sender = new Sender({
    outbox: { find, release },
    clock,
    log: pino({ enabled: false }),
    random: () => 1,
    publish: (channel, payload) => published.push(nameOf(channel, payload)),
    now: () => 7,
    heard: (keys) => heard.push(...keys),
    count: () => {},
  });
});

function nameOf(channel: string, payload: Uint8Array): string {
  if (channel === "readings") {
    const header = parseBatchHeader(payload);
    return header?.ok === true ? `r${header.value.seq}` : "?";
  }
  const message = parseAlert(payload);
  return message.ok ? `a${message.value.seq}` : "?";
}

async function settle(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
}

/** What was published since the last look. */
async function sent(): Promise<string[]> {
  await settle();
  return published.splice(0);
}

function commit(seq: number, kind: "alert" | "readings"): void {
  if (kind === "alert") alerts.push({ boot: "b", seq, clock: CLOCK, alert: alert(seq) });
  else batches.push({ boot: "b", seq, clock: CLOCK, ...batch(seq) });
  sender.committed(kind === "alert");
}

/** The time that readings are gathered for. */
async function gather(): Promise<void> {
  await settle();
  clock.advance(250);
}

function ack(kind: Ack["kind"], stored: number[], busy_ms?: number): void {
  sender.acked({
    v: 1,
    kind,
    boot: "b",
    stored,
    refused: [],
    ...(busy_ms === undefined ? {} : { busy_ms }),
  });
}

test("alerts go before readings, live readings before history, two batches at once", async () => {
  for (const seq of [1, 2, 3, 4]) commit(seq, "readings");
  commit(1, "alert");
  expect(await sent()).toEqual([]);
  sender.connected();
  expect(await sent()).toEqual(["a1", "r4", "r3"]);
  commit(5, "readings");
  await gather();
  expect(await sent()).toEqual([]);
  ack("readings", [4]);
  expect(await sent()).toEqual(["r5"]);
});

test("an alert waits for no readings", async () => {
  sender.connected();
  for (const seq of [1, 2, 3]) commit(seq, "readings");
  await gather();
  commit(9, "alert");
  expect(await sent()).toEqual(["r3", "r2", "a9"]);
});

test("what is not acknowledged in time is sent again after a pause, newest first", async () => {
  sender.connected();
  commit(1, "readings");
  commit(2, "readings");
  await gather();
  expect(await sent()).toEqual(["r2", "r1"]);
  commit(3, "readings");
  clock.advance(15_000);
  expect(await sent()).toEqual([]);
  clock.advance(2_000);
  expect(await sent()).toEqual(["r3", "r2"]);
});

test("readings are gathered for 250 ms, so that many small commits are one message", async () => {
  sender.connected();
  await settle();
  commit(1, "readings");
  clock.advance(249);
  expect(await sent()).toEqual([]);
  clock.advance(1);
  expect(await sent()).toEqual(["r1"]);
});

test("a late ack still releases", async () => {
  sender.connected();
  commit(1, "alert");
  await settle();
  clock.advance(5_001);
  ack("alerts", [1]);
  await settle();
  expect(alerts).toEqual([]);
  expect(heard).toEqual([`${alert(1).id} raised 1`]);
});

test("an ack for what an earlier run sent is understood", async () => {
  alerts.push({ boot: "b", seq: 4, clock: CLOCK, alert: alert(4) });
  sender.waiting(alerts);
  ack("alerts", [4]);
  await settle();
  expect(heard).toEqual([`${alert(4).id} raised 4`]);
});

test("busy is obeyed for readings and does not touch alerts", async () => {
  sender.connected();
  commit(1, "readings");
  await gather();
  await settle();
  ack("readings", [], 4_000);
  commit(1, "alert");
  expect(await sent()).toEqual(["r1", "a1"]);
  clock.advance(4_999);
  expect(await sent()).toEqual([]);
  clock.advance(1);
  expect(await sent()).toEqual(["r1"]);
});

test("a line that broke is forgotten: everything unacknowledged goes again on the next", async () => {
  sender.connected();
  commit(1, "readings");
  commit(1, "alert");
  expect(await sent()).toEqual(["a1", "r1"]);
  sender.disconnected();
  commit(2, "alert");
  expect(await sent()).toEqual([]);
  sender.connected();
  expect(await sent()).toEqual(["a1", "a2", "r1"]);
});

test("refused lines are released with their code, so that they become dead letters", async () => {
  sender.connected();
  commit(1, "readings");
  await gather();
  await settle();
  const refused = [{ seq: 1, code: "too_old", lines: [1] }];
  sender.acked({ v: 1, kind: "readings", boot: "b", stored: [], refused });
  await settle();
  expect(released).toEqual([{ kind: "readings", boot: "b", stored: [], refused, at: 7 }]);
});

import type { Ack } from "@anhu/core/wire";
import { formatBatch } from "@anhu/core/wire";
import { FakeClock } from "@anhu/core/time";
import { Registry } from "prom-client";
import { beforeEach, expect, test } from "vitest";
import type { DeadLetter } from "../dead-letters/dead-letters.ts";
import { ingestMetrics } from "../metrics.ts";
import type { Store, WriteOutcome } from "../stores/store.ts";
import { Intake } from "./intake.ts";

const T = 1_763_719_200_000;
const TOPIC = "anhu/v1/f1/g1/readings";
const GOOD = `smoke,device=s1,room=r alarm=true ${T}`;
const STORED: WriteOutcome = { outcome: "stored", refused: [] };

let acks: Ack[];
let letters: DeadLetter[];
let written: string[];
let answers: (WriteOutcome | Promise<WriteOutcome>)[];
let intake: Intake;
let registry: Registry;

beforeEach(() => {
  acks = [];
  letters = [];
  written = [];
  answers = [];
  registry = new Registry();
  intake = new Intake({
    store: fakeStore(),
    deadLetters: {
      put: (letter) => void letters.push(letter),
      stats: () => ({ count: 0, bytes: 0, dropped: 0 }),
      close: () => undefined,
    },
    metrics: ingestMetrics(registry),
    clock: new FakeClock(T),
    random: () => 0.5,
    retentionDays: 400,
    maxQueueBytes: 10_000,
    sendAck: (_, sent) => void acks.push(sent),
    warn: () => undefined,
  });
});

const unused = () => Promise.reject(new Error("not asked here"));

function fakeStore(): Store {
  return {
    name: "fake",
    parallel: 2,
    write({ bytes }) {
      written.push(new TextDecoder().decode(bytes));
      return Promise.resolve(answers.shift() ?? STORED);
    },
    query: unused,
    count: unused,
    lastValues: unused,
    health: unused,
    close: unused,
  };
}

function batch(lines: string, more: { seq?: number; n?: number; offset_ms?: number } = {}) {
  const { seq = 7, n = lines.split("\n").length, offset_ms = 0 } = more;
  return formatBatch({ boot: "b1", seq, n, clock: { source: "ntp", offset_ms }, lines });
}

function ack(parts: Partial<Ack>): Ack {
  return { v: 1, kind: "readings", boot: "b1", stored: [], refused: [], ...parts };
}

async function send(...batches: Uint8Array[]): Promise<void> {
  for (const one of batches) intake.offer(TOPIC, one);
  await intake.idle();
}

test("a batch is stored with its gateway's tags and acknowledged", async () => {
  await send(batch(GOOD));
  expect(written).toEqual([`smoke,device=s1,facility=f1,gateway=g1,room=r alarm=true ${T}\n`]);
  expect(acks).toEqual([ack({ stored: [7] })]);
  expect(letters).toEqual([]);
});

test("bad lines are named in the ack and kept, the good ones stored", async () => {
  await send(batch(`smog,a=b f=1\n${GOOD}\nsmoke,device=s1,room=r alarm=true\nnoise`));
  expect(written).toHaveLength(1);
  expect(acks).toEqual([
    ack({
      refused: [
        { seq: 7, code: "unknown_kind", lines: [1] },
        { seq: 7, code: "no_time", lines: [3] },
        { seq: 7, code: "bad_line", lines: [4] },
      ],
    }),
  ]);
  expect(letters).toMatchObject([
    { topic: TOPIC, code: "unknown_kind", lines: [{ line: 1 }, { line: 3 }, { line: 4 }] },
  ]);
  expect(new TextDecoder().decode(letters[0]?.bytes)).toBe(
    "smog,a=b f=1\nsmoke,device=s1,room=r alarm=true\nnoise\n",
  );
});

test("lines that the store refuses are named by their number in the batch", async () => {
  answers = [{ outcome: "stored", refused: [{ line: 2, code: "wrong_type" }] }];
  await send(batch(`noise\n${GOOD}\n${GOOD.replace(String(T), String(T + 1))}`));
  expect(acks[0]?.refused).toEqual([
    { seq: 7, code: "bad_line", lines: [1] },
    { seq: 7, code: "wrong_type", lines: [3] },
  ]);
  expect(new TextDecoder().decode(letters[0]?.bytes)).toContain(String(T + 1));
});

test("a batch that does not have the lines it says is refused whole", async () => {
  await send(batch(GOOD, { n: 2 }), batch(`${GOOD}\n${GOOD}`, { seq: 8, n: 1 }));
  expect(written).toEqual([]);
  expect(acks.map(({ refused }) => refused)).toEqual([
    [{ seq: 7, code: "count_mismatch", lines: [] }],
    [{ seq: 8, code: "count_mismatch", lines: [] }],
  ]);
  expect(letters).toHaveLength(2);
});

test("an empty batch is stored", async () => {
  await send(batch("", { n: 0 }));
  expect(acks).toEqual([ack({ stored: [7] })]);
});

test("times are judged by the edge's own offset, which counts for a day at most", async () => {
  const hour = 3_600_000;
  const ahead = (hours: number): string => GOOD.replace(String(T), String(T + hours * hour));
  await send(batch(ahead(1), { seq: 1 }));
  await send(batch(ahead(1), { seq: 2, offset_ms: hour }));
  await send(batch(ahead(25), { seq: 3, offset_ms: 25 * hour }));
  expect(acks.map(({ stored }) => stored)).toEqual([[], [2], []]);
  expect(acks[2]?.refused).toEqual([{ seq: 3, code: "time_too_new", lines: [1] }]);
});

test("a batch without a header is stored, in whatever unit its times are, and not acknowledged", async () => {
  await send(new TextEncoder().encode(`smoke,device=s1,room=r alarm=true ${T}000000\nnoise\n`));
  expect(written).toEqual([`smoke,device=s1,facility=f1,gateway=g1,room=r alarm=true ${T}\n`]);
  expect(acks).toEqual([]);
  expect(letters).toMatchObject([{ code: "bad_line", lines: [{ line: 2 }] }]);
});

test("a store that cannot take it makes the gateway wait; a Telegraf's batch is kept", async () => {
  answers = Array.from({ length: 2 }, () => ({ outcome: "busy", detail: "disk full" }));
  await send(batch(GOOD), new TextEncoder().encode(GOOD));
  expect(acks).toEqual([ack({ busy_ms: 5000 })]);
  expect(letters).toMatchObject([{ code: "store_busy" }]);
});

test("a write that throws is as busy", async () => {
  answers = [Promise.reject(new Error("bug"))];
  await send(batch(GOOD));
  expect(acks).toEqual([ack({ busy_ms: 5000 })]);
});

test("a slow store fills the queue, and then gateways are told to wait at once", async () => {
  const release = Promise.withResolvers<WriteOutcome>();
  answers = [release.promise, release.promise];
  const one = batch(GOOD);
  const room = Math.floor(10_000 / (one.length + 1024));
  for (let i = 0; i < room + 3; i++) intake.offer(TOPIC, one);
  expect(acks).toEqual([1, 2, 3].map(() => ack({ busy_ms: 1000 })));
  expect(intake.queuedBytes).toBeLessThanOrEqual(10_000);
  release.resolve(STORED);
  await intake.idle();
  expect(acks).toHaveLength(room + 3);
  expect(intake.queuedBytes).toBe(0);
});

test("while it stops, what is there is stored and what comes is told to wait", async () => {
  const release = Promise.withResolvers<WriteOutcome>();
  answers = [release.promise];
  intake.offer(TOPIC, batch(GOOD));
  const stopped = intake.stop();
  intake.offer(TOPIC, batch(GOOD, { seq: 8 }));
  release.resolve(STORED);
  await stopped;
  expect(acks).toEqual([ack({ busy_ms: 1000 }), ack({ stored: [7] })]);
  expect(written).toHaveLength(1);
});

test.each([
  ["bad_topic", "anhu/v1/__proto__/g1/readings", GOOD],
  ["bad_topic", "anhu/v1/f1/g1/alerts", GOOD],
  ["bad_topic", "anhu/v1/f1/g1/readings/x", GOOD],
  ["bad_header", TOPIC, `# anhu v=1 boot=b1\n${GOOD}`],
  ["bad_version", TOPIC, `# anhu v=9 boot=b1 seq=1 n=1 clock=ntp offset_ms=0\n${GOOD}`],
  ["oversize", TOPIC, `${GOOD}\n`.repeat(1000)],
])("keeps and counts a batch that is hostile or broken: %s", async (code, topic, text) => {
  intake.offer(topic, new TextEncoder().encode(text));
  expect(written).toEqual([]);
  expect(acks).toEqual([]);
  expect(letters).toMatchObject([{ code, topic, lines: [] }]);
  expect(letters[0]?.bytes.length).toBeLessThanOrEqual(32 * 1024);
  expect(await registry.metrics()).toContain(`anhu_ingest_batches_total{outcome="${code}"} 1`);
});

test("an oversize batch with a header is refused, so that the gateway does not send it for ever", async () => {
  await send(batch(`${GOOD}\n`.repeat(1000)));
  expect(acks[0]?.refused).toEqual([{ seq: 7, code: "oversize", lines: [] }]);
});

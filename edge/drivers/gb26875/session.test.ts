import { FakeClock } from "@anhu/core/time";
import { beforeEach, expect, test } from "vitest";
import type { LineSession } from "../driver.ts";
import { decode } from "./decode.ts";
import type { Frame } from "./frame.ts";
import { encodeAnswer, encodeFrame, parseFrame } from "./frame.ts";
import { gbSession } from "./session.ts";
import vectors from "./vectors.json" with { type: "json" };

const START = Date.UTC(2012, 8, 26, 1, 58, 2);
const DAY = 86_400_000;
const heartbeat = bytes("K6");

let clock: FakeClock;
let sent: Frame[];
let reports: string[];
let trusted: boolean;
let session: LineSession;

beforeEach(() => {
  clock = new FakeClock(START);
  sent = [];
  reports = [];
  trusted = true;
  session = gbSession({
    clock,
    settings: {},
    trustedNow: () => (trusted ? clock.wall() : null),
    write: (frame) => sent.push(parseFrame(frame)),
    report: (reason) => reports.push(reason),
  });
});

test("the first frame heard gets the clock set, as published, and again every day", async () => {
  hear(heartbeat);
  expect(sent).toMatchObject([{ serial: 0, command: 1, adu: parseFrame(bytes("A17")).adu }]);
  hear(encodeAnswer(orderOf(), 3));
  await settled();
  clock.advance(DAY - 1);
  expect(sent).toHaveLength(1);
  clock.advance(1);
  expect(sent).toMatchObject([{}, { serial: 1, command: 1 }]);
});

test("a clock that is not trusted sets nobody's, and is asked again an hour later", async () => {
  trusted = false;
  hear(heartbeat);
  await settled();
  expect([sent, reports]).toEqual([[], ["clock_not_set"]]);
  trusted = true;
  clock.advance(3_600_000);
  expect(sent).toHaveLength(1);
});

test("the duty check and the reading of a state are the published frames", async () => {
  await ready();
  const asked = session.request({ verb: "duty_check", args: [10] });
  expect(orderOf()).toMatchObject({ command: 1, adu: parseFrame(bytes("A18")).adu });
  hear(encodeAnswer(orderOf(), 3));
  expect(await asked).toMatchObject({ ok: true });

  const read = session.request({ verb: "read_uitd_state" });
  expect(orderOf()).toMatchObject({ command: 4, adu: parseFrame(bytes("A8")).adu });
  hear(encodeFrame({ ...parseFrame(bytes("A9")), serial: orderOf().serial }));
  expect(await read).toMatchObject({
    ok: true,
    value: { points: [{ fields: { mains_fault: true } }] },
  });
});

test("an order without an answer is sent 4 times with one serial number, each with its own time, then fails", async () => {
  await ready();
  const asked = session.request({ verb: "duty_check", args: [10] });
  const before = sent.length;
  clock.advance(39_999);
  const sendings = sent.slice(before - 1);
  expect(new Set(sendings.map(({ serial }) => serial)).size).toBe(1);
  expect(new Set(sendings.map(({ label }) => String(label))).size).toBe(4);
  clock.advance(1);
  expect(await asked).toMatchObject({ ok: false, error: { reason: "timeout" } });
  expect(sent).toHaveLength(before + 3);
});

test("a deny sends the order again at once, four denies fail it", async () => {
  await ready();
  const asked = session.request({ verb: "initialise" });
  for (let i = 0; i < 4; i++) hear(encodeAnswer(orderOf(), 6));
  expect(await asked).toMatchObject({ ok: false, error: { reason: "denied" } });
});

test("one order is on the line at a time, and answers of others do not end it", async () => {
  await ready();
  const first = session.request({ verb: "read_uitd_time" });
  const second = session.request({ verb: "read_uitd_version" });
  const count = sent.length;
  hear(encodeFrame({ ...parseFrame(bytes("A14")), serial: 999 }));
  hear(encodeAnswer(orderOf(), 3));
  expect(reports).toEqual(["unmatched_answer", "unmatched_answer"]);
  expect(sent).toHaveLength(count);
  hear(encodeFrame({ ...parseFrame(bytes("A14")), serial: orderOf().serial }));
  expect(await first).toMatchObject({ ok: true });
  expect(orderOf().adu[0]).toBe(85);
  session.close();
  expect(await second).toMatchObject({ error: { reason: "closed" } });
});

test("orders that cannot be sent are refused with their reason", async () => {
  const reasons = async (...orders: Parameters<LineSession["request"]>): Promise<unknown> => {
    const outcome = await session.request(...orders);
    return outcome.ok ? "ok" : outcome.error.reason;
  };
  expect(await reasons({ verb: "initialise" })).toBe("no_peer");
  await ready();
  expect(await reasons({ verb: "__proto__" })).toBe("unknown_verb");
  expect(await reasons({ verb: "duty_check", args: [256] })).toBe("bad_argument");
  for (let i = 0; i < 17; i++) void session.request({ verb: "initialise" });
  expect(await reasons({ verb: "initialise" })).toBe("busy");
  session.close();
  expect(await reasons({ verb: "initialise" })).toBe("closed");
});

test("counts frames and keep-alives and says when the line was last heard", () => {
  hear(heartbeat);
  clock.advance(20_000);
  hear(heartbeat);
  hear(bytes("A1"));
  expect(session.heard).toEqual({ lastMs: 20_000, frames: 3, keepAlives: 2 });
});

/** Past the first clock setting. */
async function ready(): Promise<void> {
  hear(heartbeat);
  hear(encodeAnswer(orderOf(), 3));
  await settled();
}

function hear(frame: Uint8Array): void {
  const decoded = decode(frame, {});
  if (decoded.ok) session.received(frame, decoded);
}

/** The last frame that the centre sent. */
function orderOf(): Frame {
  return sent.at(-1) ?? parseFrame(new Uint8Array(30));
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

function bytes(id: string): Uint8Array {
  const vector = vectors.frames.find((frame) => frame.id === id);
  return Uint8Array.from(Buffer.from(vector?.hex ?? "", "hex"));
}

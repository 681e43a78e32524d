import { connect } from "node:net";
import { once } from "node:events";
import { FakeClock, systemClock } from "@anhu/core/time";
import { pino } from "pino";
import { expect, test } from "vitest";
import type { DecodeResult, Framer, SerialDriver } from "../drivers/index.ts";
import type { Message } from "../pipeline/model.ts";
import { runLine } from "./line.ts";
import type { Channel, ChannelEvents, Port } from "./port.ts";
import { dialled } from "./port.ts";
import { tcpListener } from "./tcp.ts";

/** Frames end with `;`. `!` is not understood and denied, everything else is answered with `ok`. */
const driver: SerialDriver = {
  name: "words",
  defaultBaud: 9600,
  lineAddress: "line",
  idleMs: 500,
  framer(): Framer {
    let held = "";
    return {
      get held() {
        return held.length;
      },
      push(bytes) {
        const parts = (held + Buffer.from(bytes).toString()).split(";");
        held = parts.pop() ?? "";
        return parts.map((frame) => ({ frame: Buffer.from(frame) }));
      },
      end() {
        const discarded = Buffer.from(held);
        held = "";
        return discarded.length === 0 ? [] : [{ discarded, reason: "truncated" }];
      },
    };
  },
  decode(frame): DecodeResult {
    const word = Buffer.from(frame).toString();
    if (word === "?") throw new Error("a mistake of the driver");
    if (word === "!")
      return { ok: false, reason: "bad_word", detail: word, answer: Buffer.from("no") };
    return { ok: true, points: [], signals: [], answer: Buffer.from("ok"), frame: {}, dedup: null };
  },
};

function start(accept: (message: Message) => Promise<boolean>) {
  const clock = new FakeClock(0);
  const written: string[] = [];
  const refused: string[] = [];
  let events: ChannelEvents | null = null;
  const channel: Channel = {
    write: (bytes) => written.push(Buffer.from(bytes).toString()),
    close: () => {},
  };
  const port: Port = {
    start: (owner) => {
      events = owner.opened(channel);
    },
    stop: () => {},
  };
  runLine({
    line: { id: "panel", driver: "words" },
    driver,
    port,
    clock,
    log: pino({ enabled: false }),
    accept,
    refuse: (wire, reason, raw) => refused.push(`${wire} ${reason} ${Buffer.from(raw).toString()}`),
    trustedNow: () => null,
    opened: () => {},
  });
  const say = async (text: string): Promise<void> => {
    events?.bytes(Buffer.from(text));
    for (let n = 0; n < 5; n++) await Promise.resolve();
  };
  return { clock, written, refused, say, close: () => events?.closed("unplugged") };
}

test("a message is answered after it is durable", async () => {
  const durable = Promise.withResolvers<boolean>();
  const { say, written } = start(() => durable.promise);
  await say("fire;");
  expect(written).toEqual([]);
  durable.resolve(true);
  await say("");
  expect(written).toEqual(["ok"]);
});

test("a message that did not become durable is not answered, so that it is sent again", async () => {
  const { say, written } = start(() => Promise.resolve(false));
  await say("fire;");
  expect(written).toEqual([]);
});

test("what was not understood is denied at once and once", async () => {
  const { say, written } = start(() => Promise.resolve(true));
  await say("!;");
  expect(written).toEqual(["no"]);
});

test("a frame that finds a mistake of the driver costs itself, not the gateway", async () => {
  const { say, written, refused } = start(() => Promise.resolve(true));
  await say("?;fire;");
  expect(refused).toEqual(["panel internal_error ?"]);
  expect(written).toEqual(["ok"]);
});

test("half a frame is given up after the driver's silence, and at the end of the line", async () => {
  const { say, clock, refused, close } = start(() => Promise.resolve(true));
  await say("ha");
  clock.advance(500);
  expect(refused).toEqual(["panel truncated ha"]);
  await say("lf");
  close();
  expect(refused).toEqual(["panel truncated ha", "panel truncated lf"]);
});

test("a port that cannot be opened is tried again, later and later, for ever", async () => {
  const clock = new FakeClock(0);
  let tries = 0;
  const port = dialled(
    () => {
      tries += 1;
      return Promise.reject(new Error("nothing there"));
    },
    { clock, random: () => 1 },
  );
  port.start({ opened: () => ({ bytes: () => {}, closed: () => {} }), failed: () => {} });
  const times: number[] = [];
  for (let second = 0; second < 60; second++) {
    const before = tries;
    for (let n = 0; n < 20; n++) {
      clock.advance(50);
      for (let m = 0; m < 5; m++) await Promise.resolve();
    }
    if (tries > before) times.push(second);
  }
  port.stop();
  expect(tries).toBeGreaterThan(12);
  expect(tries).toBeLessThan(20);
  expect(times.at(-1)).toBeGreaterThan(50);
});

test("a newer TCP connection takes the place of the older one", async () => {
  const said: string[] = [];
  const port = tcpListener(
    { host: "127.0.0.1", port: 0 },
    { clock: systemClock(), random: () => 0 },
  );
  const listening = Promise.withResolvers<number>();
  port.start({
    listening: (at) => listening.resolve(at),
    opened: () => {
      const n = said.push("open");
      return {
        bytes: (bytes) => said.push(`${n} ${Buffer.from(bytes).toString()}`),
        closed: () => said.push(`${n} closed`),
      };
    },
    failed: (reason) => said.push(reason),
  });
  const target = { host: "127.0.0.1", port: await listening.promise };
  const first = connect(target);
  first.write("a");
  while (!said.includes("1 a")) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = connect(target);
  await once(first, "close");
  second.write("b");
  while (!said.some((word) => word.endsWith(" b")))
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(said).toContain("1 closed");
  second.destroy();
  port.stop();
});

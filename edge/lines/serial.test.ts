import { systemClock } from "@anhu/core/time";
import * as nodePty from "@lydell/node-pty";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Channel, PortEvents } from "./port.ts";
import { dialled } from "./port.ts";
import { serial } from "./serial.ts";

interface Pty {
  readonly path: string;
  write(text: string): void;
  onData(listener: (text: string) => void): void;
  destroy(): void;
}

/** Both ends of a pty: `open` is there and not in the types of node-pty. */
interface PtyPair {
  readonly ["_pty"]: string;
  readonly slave: { destroy(): void };
  readonly master: {
    write(text: string): void;
    on(event: "data" | "error", listener: (data: Buffer) => void): void;
    destroy(): void;
  };
}

function makePty(): Pty {
  const { open } = nodePty as unknown as { open: (size: object) => PtyPair };
  const { ["_pty"]: path, master, slave } = open({ cols: 80, rows: 24 });
  slave.destroy();
  master.on("error", () => {});
  return {
    path,
    write: (text) => master.write(text),
    onData: (listener) => master.on("data", (data) => listener(data.toString("latin1"))),
    destroy: () => master.destroy(),
  };
}

const parts = { clock: systemClock(), random: () => 0 };
let pty: Pty;
let stops: (() => void)[];

beforeEach(() => {
  pty = makePty();
  stops = [];
});

afterEach(() => {
  for (const stop of stops) stop();
  pty.destroy();
});

/** Everything that happens on a port, as words, and a wait for one of them. */
function watch(path: string): {
  said: string[];
  until(word: string): Promise<boolean>;
  channel(): Channel;
} {
  const said: string[] = [];
  let channel: Channel | null = null;
  const events: PortEvents = {
    opened(opened) {
      channel = opened;
      said.push("open");
      return {
        bytes: (bytes) => said.push(`bytes ${Buffer.from(bytes).toString("latin1")}`),
        closed: () => said.push("closed"),
      };
    },
    failed: (reason) => said.push(reason),
  };
  const port = dialled(serial({ path, baud: 9600, clock: parts.clock }), parts);
  port.start(events);
  stops.push(() => port.stop());
  return {
    said,
    async until(word) {
      for (let n = 0; n < 250 && !said.includes(word); n++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return said.includes(word);
    },
    channel() {
      if (channel === null) throw new Error("not open");
      return channel;
    },
  };
}

test("bytes come in and go out, and what stood there before the opening is thrown away", async () => {
  pty.write("stale");
  const line = watch(pty.path);
  expect(await line.until("open")).toBe(true);
  const written = new Promise<string>((resolve) => pty.onData(resolve));
  line.channel().write(Buffer.from("out"));
  expect(await written).toContain("out");
  pty.write("in");
  expect(await line.until("bytes in")).toBe(true);
  expect(line.said.join()).not.toContain("stale");
});

test("a line that another program has is told as locked", async () => {
  const first = watch(pty.path);
  expect(await first.until("open")).toBe(true);
  const second = watch(pty.path);
  expect(await second.until("line_locked")).toBe(true);
});

test("a missing device is told as missing", async () => {
  const line = watch("/dev/tty-that-is-not-there");
  expect(await line.until("line_missing")).toBe(true);
});

test("an unplugged line is noticed though nobody writes", async () => {
  const line = watch(pty.path);
  expect(await line.until("open")).toBe(true);
  pty.destroy();
  expect(await line.until("closed")).toBe(true);
  expect(line.said.filter((word) => word === "closed")).toHaveLength(1);
});

test("closing twice is closing once", async () => {
  const line = watch(pty.path);
  expect(await line.until("open")).toBe(true);
  line.channel().close();
  line.channel().close();
  expect(await line.until("closed")).toBe(true);
  expect(line.said.filter((word) => word === "closed")).toHaveLength(1);
});

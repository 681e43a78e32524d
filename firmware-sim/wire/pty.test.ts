import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "@anhu/core/time";
import { openPtyWire } from "./pty.ts";
import type { Sent, Wire } from "./wire.ts";

const BAUD = 115_200;
let directory: string;
let link: string;
let wire: Wire;
let received: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "anhu-pty-"));
  link = join(directory, "sim", "tty-panel");
  received = "";
  wire = open();
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  wire.close();
  rmSync(directory, { recursive: true });
});

function open(options: { baud?: number; transmitLimit?: number } = {}): Wire {
  const opened = openPtyWire({ name: "panel", link, baud: BAUD, clock: systemClock(), ...options });
  opened.attach({ bytes: (bytes) => (received += Buffer.from(bytes).toString("latin1")) });
  return opened;
}

/** A process that ends with its test, however that ends. */
function start(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  return child;
}

/** Holds the line open and never reads it. */
async function frozenListener() {
  const child = start("sh", ["-c", `exec 3<>"$0"; echo open; exec sleep 60`, link]);
  await once(child.stdout, "data");
  return child;
}

const until = (check: () => boolean) =>
  vi.waitFor(() => expect(check()).toBe(true), { timeout: 5000, interval: 5 });
const send = (text: string) =>
  new Promise<Sent>((resolve) => wire.send(Buffer.from(text, "latin1"), resolve));

async function openPort() {
  const port = new SerialPort({ path: link, baudRate: BAUD, autoOpen: false });
  const heard = { text: "" };
  port.on("data", (bytes: Buffer) => (heard.text += bytes.toString("latin1")));
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(error))),
  );
  const close = () => new Promise<void>((resolve) => port.close(() => resolve()));
  return { port, heard, close };
}

/** All byte values, so that a line that is not raw would be seen. */
const EVERY_BYTE = String.fromCodePoint(...Array.from({ length: 256 }, (_, at) => at));

describe("a pty as a UART", () => {
  it("carries every byte value both ways, unechoed", async () => {
    const { port, heard, close } = await openPort();
    expect(await send(EVERY_BYTE)).toMatchObject({ heard: true });
    await until(() => heard.text.length === 256);
    expect(heard.text).toBe(EVERY_BYTE);
    port.write(Buffer.from(EVERY_BYTE, "latin1"));
    await until(() => received.length === 256);
    expect(received).toBe(EVERY_BYTE);
    expect(wire.stats()).toMatchObject({ heard: 256, unheard: 0, overrun: 0, received: 256 });
    await close();
  });

  it("what is sent while nobody listens is gone: a later listener hears only what comes later", async () => {
    expect(await send("before anybody came")).toMatchObject({ heard: false });
    for (const round of ["one", "two", "three"]) {
      const { heard, close } = await openPort();
      await until(() => wire.listening);
      await send(round);
      await until(() => heard.text.length >= round.length);
      expect(heard.text).toBe(round);
      await close();
      await until(() => !wire.listening);
      expect(await send("nobody")).toMatchObject({ heard: false });
    }
    expect(wire.stats()).toMatchObject({ unheard: 19 + 3 * 6, sessions: 3 });
  });

  it("notices a listener that is killed, and drains what it had not read", async () => {
    const killed = await frozenListener();
    await until(() => wire.listening);
    expect(await send("never read")).toMatchObject({ heard: true });
    killed.kill("SIGKILL");
    await until(() => !wire.listening);
    // Not SerialPort: that would throw away by itself what is in the pty.
    const next = start("cat", [link]);
    let text = "";
    next.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    await until(() => wire.listening);
    await send("fresh");
    await until(() => text.length >= "fresh".length);
    expect(text).toBe("fresh");
  });

  it("never blocks on a listener that does not read: the rest is lost and counted", async () => {
    wire.close();
    expect(existsSync(link)).toBe(false);
    wire = open({ baud: 10_000_000, transmitLimit: 200_000 });
    await frozenListener();
    expect(await send("x".repeat(150_000))).toMatchObject({ heard: false });
    const { heard, overrun, unheard } = wire.stats();
    expect(overrun).toBeGreaterThan(0);
    expect(heard + overrun + unheard).toBe(150_000);
  });

  it("takes over the link of a run that was killed, and nothing else", () => {
    wire.close();
    symlinkSync("/dev/pts/of-another-time", link);
    wire = open();
    expect(readlinkSync(link)).toMatch(/^\/dev\/pts\/\d+$/);
    wire.close();
    writeFileSync(link, "somebody's file");
    expect(open).toThrow(expect.objectContaining({ code: "link_in_the_way" }));
    rmSync(link);
    wire = open();
  });
});

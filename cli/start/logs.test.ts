import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock, systemClock } from "@anhu/core/time";
import { openServiceLog } from "./logs.ts";
import { supervise } from "./supervisor.ts";

let folder: string;
const told: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-logs-"));
  told.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = (rotateBytes = 1_000_000_000) => ({
  folder,
  name: "edge",
  clock: new FakeClock(0),
  tell: (sentence: string) => told.push(sentence),
  env: {},
  rotateBytes,
});
const read = (name: string) => readFileSync(join(folder, name), "utf8");

test("a log rotates while it is written: a bounded number of files, no line lost between them or cut", async () => {
  const log = openServiceLog(options(2_000));
  const output = log.open();
  const lines = Array.from({ length: 20_000 }, (_, n) => `{"n":${String(n).padStart(90, "0")}}`);
  for (const line of lines) writeSync(output, `${line}\n`);
  closeSync(output);
  await log.close();
  const names = readdirSync(folder)
    .filter((name) => name.includes(".log"))
    .toSorted();
  expect(names).toEqual(["edge.log", ...[1, 2, 3, 4, 5].map((n) => `edge.log.${n}`)]);
  const oldestFirst = names.slice(1).toReversed().concat("edge.log");
  const kept = oldestFirst.map(read).join("").trimEnd().split("\n");
  expect(kept).toEqual(lines.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(1_000);
  for (const name of [...names, "edge.out"]) {
    expect((statSync(join(folder, name)).mode & 0o777).toString(8), name).toBe("600");
  }
  expect(statSync(join(folder, "edge.out")).size).toBe(0);
});

test("lines come into the log while the service runs, whole ones only, and what was moved takes no room", async () => {
  const { clock, ...rest } = options();
  const log = openServiceLog({ ...rest, clock });
  const output = log.open();
  const line = `${"x".repeat(999)}\n`;
  for (let n = 0; n < 9_000; n += 1) writeSync(output, line);
  writeSync(output, "half a ");
  const seen = async (bytes: number) => {
    while ((statSync(join(folder, "edge.log"), { throwIfNoEntry: false })?.size ?? 0) < bytes) {
      clock.advance(200);
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
  };
  await seen(9_000_000);
  expect(read("edge.log")).not.toContain("half");
  writeSync(output, "line\n");
  await seen(9_000_012);
  expect(read("edge.log").endsWith("half a line\n")).toBe(true);
  const { size, blocks } = statSync(join(folder, "edge.out"));
  expect(size).toBeGreaterThan(9_000_000);
  expect(blocks * 512).toBeLessThan(2_000_000);
  closeSync(output);
  await log.close();
  expect(told).toEqual([]);
});

test("what a crashing service printed last is in the log, also when the supervisor was killed with it", async () => {
  const first = openServiceLog(options());
  const output = first.open();
  const printing = `
    const { writeSync } = require("node:fs");
    for (let n = 0; n < 5000; n += 1) writeSync(1, n + " ${"x".repeat(200)}\\n");
    writeSync(2, "the last words");
    process.kill(process.pid, "SIGKILL");`;
  const child = spawn(process.execPath, ["-e", printing], { stdio: ["ignore", output, output] });
  closeSync(output);
  await once(child, "exit");

  const second = openServiceLog(options());
  closeSync(second.open());
  await second.close();
  const lines = read("edge.log").trim().split("\n");
  expect(lines[0]).toContain("the supervisor was killed");
  expect(lines).toHaveLength(5_002);
  expect(lines.at(-1)).toBe("the last words");
});

test("a service goes on printing while its log cannot be written; nothing is lost, and it is told once", async () => {
  const { clock, ...rest } = options();
  mkdirSync(join(folder, "edge.log"));
  const log = openServiceLog({ ...rest, clock });
  const output = log.open();
  for (let n = 0; n < 3; n += 1) {
    writeSync(output, `${"y".repeat(50_000)}\n`);
    clock.advance(200);
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
  expect(told).toHaveLength(1);
  rmSync(join(folder, "edge.log"), { recursive: true });
  closeSync(output);
  await log.close();
  expect(read("edge.log").trim().split("\n")).toHaveLength(3);
});

test("services under the supervisor print into logs of their own, complete after a stop and over a restart", async () => {
  const main = join(folder, "service.mjs");
  writeFileSync(
    main,
    `process.on("SIGTERM", () => { console.log("stopped"); process.exit(0); });
     console.log("began"); console.error("a warning");
     setInterval(() => undefined, 1_000);
     process.send({ ready: true });`,
  );
  const logDir = join(folder, "logs");
  const start = () =>
    supervise({
      services: ["one", "two"].map((name) => ({ name, main, env: process.env })),
      healthTo: "one",
      logDir,
      clock: systemClock(),
      tell: (sentence) => told.push(sentence),
      env: {},
    });
  for (let n = 0; n < 2; n += 1) {
    const supervisor = await start();
    await supervisor.stop();
  }
  for (const name of ["one", "two"]) {
    const run = ["began", "a warning", "stopped"];
    expect(read(`logs/${name}.log`).trim().split("\n")).toEqual([...run, ...run]);
  }
  expect(told).toEqual([]);
});

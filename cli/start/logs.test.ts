import { fork, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
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

const options = (rotateBytes = 1_000_000) => ({
  folder,
  name: "edge",
  clock: new FakeClock(0),
  tell: (sentence: string) => told.push(sentence),
  rotateBytes,
});
const read = (name: string) => readFileSync(join(folder, name), "utf8");

test("a log rotates while it is written: a bounded number of files, no line lost between them or cut", async () => {
  const log = openServiceLog(options(2_000));
  const output = new PassThrough();
  const { drained } = log.attach([output]);
  const lines = Array.from({ length: 400 }, (_, n) => `{"n":${String(n).padStart(20, "0")}}`);
  for (const line of lines) output.write(`${line}\n`);
  output.end();
  await drained;
  await log.close();
  const names = readdirSync(folder).toSorted();
  expect(names).toEqual(["edge.log", ...[1, 2, 3, 4, 5].map((n) => `edge.log.${n}`)]);
  const kept = names.toReversed().filter((name) => name !== "edge.log");
  const text = [...kept, "edge.log"].map(read).join("");
  expect(lines.join("\n")).toContain(text.trimEnd());
  for (const name of names) {
    expect((statSync(join(folder, name)).mode & 0o777).toString(8), name).toBe("600");
    expect(statSync(join(folder, name)).size).toBeLessThan(4_000);
  }
});

test("two outputs never mix within a line, and a last line without an end is kept", async () => {
  const log = openServiceLog(options());
  const [out, err] = [new PassThrough(), new PassThrough()];
  const { drained } = log.attach([out, err]);
  out.write("first ");
  err.write("other\n");
  await new Promise(setImmediate);
  out.end("line\nlast words");
  err.end();
  await drained;
  await log.close();
  expect(read("edge.log").split("\n")).toEqual(["other", "first line", "last words", ""]);
});

test("what a crashing service printed last is in the log", async () => {
  const main = join(folder, "crash.mjs");
  const text = "x".repeat(200);
  writeFileSync(
    main,
    // As pino writes: each line is handed over before the next one is made.
    `import { writeSync } from "node:fs";
     for (let n = 0; n < 5000; n += 1) writeSync(1, n + " ${text}\\n");
     writeSync(2, "the last words\\n");
     process.kill(process.pid, "SIGKILL");`,
  );
  const child = fork(main, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const log = openServiceLog(options());
  const outputs = [child.stdout, child.stderr].filter((pipe) => pipe !== null);
  await log.attach(outputs).drained;
  await log.close();
  const lines = read("edge.log").trim().split("\n");
  expect(lines).toHaveLength(5_001);
  expect(lines).toContain("the last words");
});

test("a service goes on printing while its log cannot be written; what found no room is counted in the log", async () => {
  const clock = new FakeClock(0);
  const path = join(folder, "logs");
  writeFileSync(path, "a file where the folder must be");
  const log = openServiceLog({ ...options(), folder: path, clock });
  const child = spawn(process.execPath, [
    "-e",
    `for (let n = 0; n < 40; n += 1) process.stdout.write("y".repeat(50_000) + "\\n")`,
  ]);
  const first = log.attach([child.stdout]);
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
  await first.drained;
  expect(told.join()).toContain("the log of edge cannot be written");

  rmSync(path);
  mkdirSync(path);
  clock.advance(5_000);
  const output = new PassThrough();
  const second = log.attach([output]);
  output.end("back again\n");
  await second.drained;
  await log.close();
  const [note = "", line] = read("logs/edge.log").split("\n");
  expect(JSON.parse(note)).toMatchObject({ name: "supervisor", bytes: expect.any(Number) });
  expect(line).toBe("back again");
});

test("services under the supervisor print into logs of their own, complete after a stop", async () => {
  const main = join(folder, "service.mjs");
  writeFileSync(
    main,
    `process.on("SIGTERM", () => { console.log("stopped"); process.exit(0); });
     console.log("began"); console.error("a warning");
     setInterval(() => undefined, 1_000);
     process.send({ ready: true });`,
  );
  chmodSync(main, 0o600);
  const supervisor = await supervise({
    services: ["one", "two"].map((name) => ({ name, main, env: process.env })),
    healthTo: "one",
    logDir: join(folder, "logs"),
    clock: systemClock(),
    tell: (sentence) => told.push(sentence),
  });
  await supervisor.stop();
  for (const name of ["one", "two"]) {
    expect(read(`logs/${name}.log`).trim().split("\n").toSorted()).toEqual([
      "a warning",
      "began",
      "stopped",
    ]);
  }
  expect(told).toEqual([]);
});

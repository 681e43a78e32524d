import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ok, refuse } from "@anhu/core/result";
import { systemClock } from "@anhu/core/time";
import type { AnswerRule, PhoneFault } from "../phones/index.ts";
import type { Plant } from "../plant/index.ts";
import type { Step } from "../scenarios/index.ts";
import { connectControl } from "./client.ts";
import type { Control } from "./client.ts";
import type { SimulatorEvent } from "./protocol.ts";
import { openControl } from "./server.ts";

const clock = systemClock();
const STEP: Step = { do: "reset", line: "panel" };
let dir: string;
let path: string;
let opened: { close(): Promise<void> } | undefined;
let played: Step[];
let held: string[];
let listeners: Set<(event: SimulatorEvent) => void>;
let answering: AnswerRule[];
let failing: Map<string, PhoneFault>;

const siren = { on: false, tone: "fire", drill: false, at: null };
const phones = {
  answer(rules: readonly AnswerRule[]) {
    answering.push(...rules);
    return ok(() => void (answering = []));
  },
  fail(person: string, fault: PhoneFault) {
    if (person !== "s-01") return refuse("unknown_person", "");
    failing.set(person, fault);
    return ok(() => void failing.delete(person));
  },
};

function watch(listener: (event: SimulatorEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const plant: Omit<Plant, "watch"> = {
  report: () => refuse("unknown_device", ""),
  play(step) {
    played.push(step);
    return step.do === "reset" ? ok({ at: 1, facts: ["f-1"] }) : refuse("not_held", "hold first");
  },
  hold(names) {
    held = [...names];
    return () => void (held = []);
  },
  held: (name) => held.includes(name),
  strike: () => ok(true),
  siren: () => siren,
  status: () => ({
    facility: "f",
    lines: { panel: true },
    connected: 1,
    connections: 2,
    unconfirmed: 0,
  }),
  close: async () => {},
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "anhu-control-"));
  path = join(dir, "anhu.sock");
  played = [];
  held = [];
  listeners = new Set();
  answering = [];
  failing = new Map();
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  rmSync(dir, { recursive: true });
});

async function start(): Promise<Control> {
  const socket = await openControl(path);
  socket.serve({ plant, phones, watch, storm: () => {} });
  opened = socket;
  return connectControl(path, clock);
}

async function until(come: () => boolean): Promise<void> {
  await expect.poll(come, { interval: 2, timeout: 3000 }).toBe(true);
}

test("only the owner can open the socket", async () => {
  await start();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a step is played and answered, a refused one with its reason", async () => {
  const control = await start();
  expect(await control.ask("play", { step: STEP })).toMatchObject({
    ok: true,
    value: { at: 1, facts: ["f-1"] },
  });
  const frame = { do: "frame", line: "panel", hex: "40", times: "now" } as const;
  expect(await control.ask("play", { step: frame })).toMatchObject({
    ok: false,
    error: { reason: "not_held" },
  });
});

test("events come to who watches, and to nobody else", async () => {
  const control = await start();
  const events: SimulatorEvent[] = [];
  control.onEvent((event) => events.push(event));
  await control.ask("status", {});
  expect(listeners.size).toBe(0);
  expect(await control.ask("watch", {})).toMatchObject({ value: { siren } });
  for (const listener of listeners) listener({ event: "siren", ...siren, on: true });
  await until(() => events.length === 1);
  control.close();
  await until(() => listeners.size === 0);
});

test("a hold ends with its connection, and what it left to do is done", async () => {
  const control = await start();
  await control.ask("hold", { names: ["panel"], afterwards: [STEP] });
  expect(held).toEqual(["panel"]);
  control.close();
  await until(() => held.length === 0);
  expect(played).toEqual([STEP]);
});

test("who answers, and whose phone fails, is so as long as who asked for it is there", async () => {
  const control = await start();
  const rule = { role: "carer", room: "r302", since: 0, answer_at: 1, arrive_after_ms: null };
  await control.ask("answer", { rules: [rule as AnswerRule] });
  await control.ask("phone", { person: "s-01", fault: { fault: "hang" } });
  expect(await control.ask("phone", { person: "s-99", fault: { fault: "hang" } })).toMatchObject({
    error: { reason: "unknown_person" },
  });
  expect([answering, failing.get("s-01")]).toEqual([[rule], { fault: "hang" }]);
  control.close();
  await until(() => answering.length === 0 && failing.size === 0);
});

test("nonsense is answered with a reason, an endless line ends the connection", async () => {
  await start();
  const socket = connect(path);
  const lines: string[] = [];
  socket.on("data", (bytes) => lines.push(...bytes.toString().trim().split("\n")));
  socket.write('{\n{"id":7,"do":"toString"}\n{"id":8,"do":"hold"}\nnull\n');
  socket.write(
    '{"do":"hold","names":["panel"]}\n{"do":"hold","names":["a"],"afterwards":[null]}\n',
  );
  await until(() => lines.length === 6);
  expect(lines.map((line) => JSON.parse(line).error?.reason)).toEqual([
    "bad_json",
    "unknown_verb",
    "bad_shape",
    "unknown_verb",
    "bad_shape",
    undefined,
  ]);
  expect(held).toEqual(["a"]);
  let closed = false;
  socket.on("close", () => void (closed = true));
  socket.on("error", () => {});
  socket.write("x".repeat(200_000));
  await until(() => closed && held.length === 0);
});

test("a socket that a dead process left is replaced, one of a living process is not", async () => {
  const left = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", left]);
  expect(statSync(path).isSocket()).toBe(true);
  await start();
  await expect(openControl(path)).rejects.toMatchObject({ code: "already_running" });
});

test("nobody there is said so", async () => {
  await expect(connectControl(path, clock)).rejects.toMatchObject({ code: "no_simulator" });
  const control = await start();
  await opened?.close();
  await expect(control.ask("status", {})).rejects.toMatchObject({ code: "no_simulator" });
  opened = undefined;
});

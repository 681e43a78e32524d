import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "@anhu/core/time";
import { verifyLedger } from "@anhu/core/ledger";
import { embeddedReadings } from "./readings/embedded.ts";
import { startResponse } from "./start.ts";
import type { Response } from "./start.ts";
import { addressOf, alertMessage, T0 } from "./testing/alerts.ts";
import { connectGateway, startBroker, until } from "./testing/broker.ts";
import type { TestBroker, TestGateway } from "./testing/broker.ts";
import { FACILITY, FACILITY_FILE } from "./testing/facility.ts";

// Real sockets and processes: slow where the machine is busy.
vi.setConfig({ testTimeout: 30_000 });

let dataDir: string;
let broker: TestBroker;
let gateway: TestGateway;
const TOKEN = "0123456789abcdef".repeat(4);
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "anhu-response-"));
  writeFileSync(join(dataDir, "facility.yaml"), FACILITY_FILE);
  mkdirSync(join(dataDir, "secrets"));
  writeFileSync(join(dataDir, "secrets", "api-token"), TOKEN);
  broker = await startBroker();
  gateway = await connectGateway(broker.port, addressOf());
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await gateway.close();
  await broker.close();
  rmSync(dataDir, { recursive: true });
});

async function start(): Promise<Response> {
  const response = await startResponse({
    dataDir,
    httpPort: 0,
    consoleDir: join(dataDir, "console"),
    mqtt: {
      host: "127.0.0.1",
      port: broker.port,
      credentials: { client_id: "response", username: "response", password: "p" },
    },
    readings: embeddedReadings(join(dataDir, "none.db"), systemClock()),
    clock: systemClock(),
    log: pino({ level: "silent" }),
  });
  ends.push(() => response.close());
  await until(async () => (await response.health.report()).parts["broker"]?.status === "ok");
  return response;
}

async function get(port: number, path: string) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return (await reply.json()) as { items: { id: string; state: string; entry: string }[] };
}

const EVENT = `f1.fire.all.${T0}`;

async function stateOf(port: number): Promise<string | undefined> {
  return (await get(port, "/api/v1/incidents")).items[0]?.state;
}

const storedSeqs = () => gateway.acks.flatMap((ack) => ack.stored);

test("an alert from the wire is an incident that can be read before its gateway has the answer", async () => {
  const { ports } = await start();
  await gateway.alert(alertMessage({ seq: 1 }));
  await until(() => storedSeqs().includes(1));
  expect((await get(ports.http, "/api/v1/incidents")).items).toMatchObject([{ id: EVENT }]);
  // Nobody is to be called in a facility without staff: said aloud at once.
  await until(async () => (await stateOf(ports.http)) === "unanswered");
  await gateway.alert(alertMessage({ seq: 2, phase: "cleared", at: T0 + 5 }));
  await until(() => storedSeqs().includes(2));
  expect((await get(ports.http, "/api/v1/incidents")).items).toMatchObject([{ state: "resolved" }]);
});

test("a message that can never be right is refused, kept, and does not hold up the next", async () => {
  const { ports } = await start();
  await gateway.alert({ ...alertMessage({ seq: 1 }), severity: "awful" });
  await gateway.alert(alertMessage({ seq: 2, facility: "f2" }));
  await gateway.alert(alertMessage({ seq: 3 }));
  await until(() => storedSeqs().includes(3));
  expect(gateway.acks.flatMap(({ refused }) => refused)).toEqual([
    { seq: 1, code: "bad_shape", lines: [] },
    { seq: 2, code: "foreign_facility", lines: [] },
  ]);
  expect((await get(ports.http, "/api/v1/dead-letters")).items).toHaveLength(2);
});

test("a stop and a start keep everything, and the facility's own gateway is watched", async () => {
  const first = await start();
  await gateway.alert(alertMessage({ seq: 1 }));
  await until(() => storedSeqs().includes(1));
  await first.close();
  ends.pop();
  const { ports, health } = await start();
  await gateway.alert(alertMessage({ seq: 1 }));
  await until(() => storedSeqs().length === 2);
  expect((await get(ports.http, "/api/v1/incidents")).items).toHaveLength(1);
  expect((await health.report()).parts["gateways"]).toEqual({
    status: "ok",
    detail: "2 watched, 0 silent",
  });
});

test("a port that is taken stops the start and says so", async () => {
  const { ports } = await start();
  const again = startResponse({
    dataDir,
    httpPort: ports.http,
    consoleDir: join(dataDir, "console"),
    mqtt: {
      host: "127.0.0.1",
      port: broker.port,
      credentials: { client_id: "other", username: "other", password: "p" },
    },
    readings: embeddedReadings(join(dataDir, "none.db"), systemClock()),
    clock: systemClock(),
    log: pino({ level: "silent" }),
  });
  await expect(again).rejects.toMatchObject({ code: "port_taken" });
});

test("killed between the commit and the answer, it answers after its restart and has the incident once", async () => {
  broker.holdAcks = true;
  const first = await forkMain();
  await gateway.alert(alertMessage({ seq: 1 }));
  await until(() => broker.held() > 0);
  await kill(first.child);
  expect(gateway.acks).toEqual([]);

  broker.holdAcks = false;
  const { port } = await forkMain();
  await until(() => storedSeqs().includes(1));
  await gateway.alert(alertMessage({ seq: 1 }));
  await until(() => storedSeqs().length === 2);
  expect((await get(port, "/api/v1/incidents")).items).toMatchObject([{ id: EVENT }]);
  const log = (await get(port, "/api/v1/ledger/f1")).items.map(({ entry }) => entry);
  expect(log.filter((entry) => entry.includes("incident_opened"))).toHaveLength(1);
  expect(verifyLedger(log)).toMatchObject({ finding: null });
});

test("killed while people are called, it calls who is next, and nobody twice", async () => {
  writeFileSync(join(dataDir, "facility.yaml"), STAFFED_FILE);
  const event = `${FACILITY}.fire.all.${T0}`;
  const home = await connectGateway(broker.port, addressOf({ facility: FACILITY }));
  ends.push(() => home.close());
  const first = await forkMain();
  await home.alert(alertMessage({ facility: FACILITY, event }));
  await until(() => callsIn(dataDir).length > 0);
  await kill(first.child);
  expect(callsIn(dataDir)).toEqual(["1 s-01 call"]);

  await forkMain();
  await until(() => callsIn(dataDir).length > 1);
  expect(callsIn(dataDir)).toEqual(["1 s-01 call", "1 s-02 call"]);
});

test("it ends when its supervisor's channel closes", async () => {
  const { child } = await forkMain();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.disconnect();
  expect(await ended).toBe(0);
});

const STAFFED_FILE = FACILITY_FILE.replace(
  "staff: []\nrota: []",
  `staff:
  - { id: s-01, role: carer, floor: f3, rooms: [r302], channels: [] }
  - { id: s-02, role: carer, floor: f3, channels: [] }
rota:
  - { shift: all, from: "00:00", to: "24:00", people: [s-02, s-01] }`,
);

/** As they stand in the file, whoever writes to it. */
function callsIn(dir: string): readonly string[] {
  const db = new DatabaseSync(join(dir, "response.db"), { readOnly: true });
  try {
    const said = "round || ' ' || person || ' ' || purpose";
    const rows = db.prepare(`select ${said} as said from calls order by position`).all();
    return rows.map((row) => String(row["said"]));
  } finally {
    db.close();
  }
}

async function forkMain(): Promise<{ child: ChildProcess; port: number }> {
  writeFileSync(
    join(dataDir, "secrets", "response.json"),
    JSON.stringify({ client_id: "response", username: "response", password: "p" }),
  );
  const child = fork(fileURLToPath(new URL("main.ts", import.meta.url)), {
    env: { ANHU_DATA: dataDir, ANHU_HTTP_PORT: "0", ANHU_MQTT_PORT: String(broker.port) },
    silent: true,
    execArgv: [],
  });
  ends.push(() => kill(child));
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (said: { ports: { http: number } }) => resolve(said.ports.http));
    child.once("exit", (code) => reject(new Error(`response ended with code ${code}`)));
  });
  await until(async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/healthz`);
    return reply.ok;
  });
  return { child, port };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock, systemClock } from "@anhu/core/time";
import { connectControl } from "./control/index.ts";
import { readJournal } from "./journal/index.ts";
import { run } from "./main.ts";
import type { Running } from "./main.ts";

const clock = systemClock();
const demo = new URL("./demo/facility.yaml", import.meta.url);
let dataDir: string;
let running: Running | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "anhu-sim-"));
  writeFileSync(join(dataDir, "facility.yaml"), facilityText());
  mkdirSync(join(dataDir, "edge", "gw1"), { recursive: true });
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(dataDir, { recursive: true });
});

/** All phones on one free port: the demo's own ports may be somebody's. */
function facilityText(): string {
  return readFileSync(demo, "utf8").replaceAll(/127\.0\.0\.1:91\d\d/g, "127.0.0.1:0");
}

/** Nobody listens on the port that everything connects to. */
function config() {
  const journal = join(dataDir, "journal.jsonl");
  const quiet = { seed: 1, rate: 1, speed: 1, alarms: 0, faults: 0 };
  return { dataDir, localMqttPort: 1, journal, ...quiet };
}

function writeLogins(): void {
  const addresses = readFileSync(demo, "utf8").matchAll(/source: native, address: ([\w-]+)/g);
  const names = ["zigbee2mqtt", ...[...addresses].map(([, address = ""]) => address)];
  const login = { client_id: "x", username: "x", password: "x" };
  const logins = Object.fromEntries(names.map((name) => [name, login]));
  writeFileSync(join(dataDir, "edge", "gw1", "devices.json"), JSON.stringify(logins));
}

test("the facility lives without a gateway, and a fire that nobody hears is in the journal", async () => {
  writeLogins();
  running = await run(config(), clock);
  expect(running.status()).toMatchObject({ facility: "pt-licheng-0001", connected: 0 });
  expect(running.status().connections).toBe(50);
  expect(Object.values(running.status().lines)).toEqual([false, false, false, false, false]);
  expect(running.health()).toEqual({
    status: "degraded",
    detail: "0 of 50 connected, 0 of 5 lines heard",
  });

  const control = await connectControl(join(dataDir, "anhu.sock"), clock);
  const step = {
    do: "report",
    device: "smoke-302",
    kind: "smoke",
    fields: { alarm: true },
  } as const;
  const played = await control.ask("play", { step });
  const [fact] = played.ok ? played.value.facts : [];
  control.close();
  await running.stop();
  running = undefined;

  const { facts } = await readJournal(join(dataDir, "journal.jsonl"));
  expect(facts.find(({ id }) => id === fact)).toMatchObject({
    device: "smoke-302",
    address: "1/1/0x0002000a",
    fields: { alarm: true },
    listened: false,
    confirmed_at: null,
  });
});

test("a panel on a line that the gateway listens for connects to it", async () => {
  writeLogins();
  const gateway = createServer();
  gateway.listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const { port } = gateway.address() as AddressInfo;
  const listening = facilityText().replace("path: sim/tty-panel", `listen: "127.0.0.1:${port}"`);
  writeFileSync(join(dataDir, "facility.yaml"), listening);
  running = await run(config(), clock);
  await expect.poll(() => running?.status().lines).toMatchObject({ panel: true });
  gateway.close();
});

test("a second simulator on the same data directory does not start", async () => {
  writeLogins();
  running = await run(config(), clock);
  const line = readlinkSync(join(dataDir, "sim", "tty-panel"));
  await expect(run(config(), clock)).rejects.toMatchObject({ code: "already_running" });
  expect(readlinkSync(join(dataDir, "sim", "tty-panel"))).toBe(line);
});

test("a device without credentials is named", async () => {
  writeFileSync(join(dataDir, "edge", "gw1", "devices.json"), "{}");
  const still = new FakeClock(0);
  await expect(run(config(), still)).rejects.toMatchObject({
    code: "no_login",
    message: expect.stringContaining("zigbee2mqtt"),
  });
  // What was switched on before it is off: nobody writes into the closed journal.
  still.advance(60_000);
});

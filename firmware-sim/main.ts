/**
 * The simulated facility as a process: `node firmware-sim/main.ts`. It reads the facility file and the devices' credentials under
 * ANHU_DATA, switches every device on and keeps it alive, and the phones and the mailbox of its people; the gateway may come and go.
 *
 * For tests: ANHU_SIM_SEED, ANHU_SIM_RATE (reports per usual report), ANHU_SIM_SPEED (of the residents' day), ANHU_SIM_JOURNAL (path),
 * ANHU_SIM_ALARMS and ANHU_SIM_FAULTS (per minute, at random).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { AnhuError, failureOf, messageOf } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import type { Facility, Gateway } from "@anhu/core/facility";
import { systemClock } from "@anhu/core/time";
import type { Clock } from "@anhu/core/time";
import { openControl } from "./control/index.ts";
import { inboxPort, openInbox } from "./inbox/index.ts";
import type { Inbox } from "./inbox/index.ts";
import type { Journal } from "./journal/index.ts";
import { openJournal } from "./journal/index.ts";
import type { Login } from "./mqtt/index.ts";
import { openPhones } from "./phones/index.ts";
import { startFaults } from "./plant/faults.ts";
import { openPlant } from "./plant/index.ts";
import type { Plant, PlantStatus } from "./plant/index.ts";
import { startStorm } from "./plant/storm.ts";
import { startTelemetry } from "./plant/telemetry.ts";
import { createWorld } from "./world/index.ts";

export interface Config {
  readonly dataDir: string;
  readonly localMqttPort: number;
  /** Which gateway's devices; absent: the facility's first. */
  readonly gateway?: string | undefined;
  readonly journal: string;
  readonly seed: number;
  readonly rate: number;
  readonly speed: number;
  /** At random, per minute; 0: none. */
  readonly alarms: number;
  readonly faults: number;
}

export interface Running {
  status(): PlantStatus;
  /** What is not as it should be: devices that the gateway does not hear, a journal with gaps. */
  health(): { readonly status: "ok" | "degraded"; readonly detail: string };
  stop(): Promise<void>;
}

/**
 * Starts the simulated facility. Throws `bad_facility`, `unreadable` (facility file, credentials), and what `openDevices` and
 * `openControl` throw; nothing is left open then.
 */
export async function run(config: Config, clock: Clock): Promise<Running> {
  const stops: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    const { plant, journal } = await assemble(config, clock, stops);
    const health = () => healthOf(plant.status(), journal.stats().lost);
    return { status: () => plant.status(), health, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** Adds to `stops` what ends each part, in the order of their start. */
async function assemble(
  config: Config,
  clock: Clock,
  stops: (() => void | Promise<void>)[],
): Promise<{ plant: Plant; journal: Journal }> {
  const { dataDir, seed, rate, speed } = config;
  const facility = readFacility(join(dataDir, "facility.yaml"));
  const gateway = gatewayOf(facility, config.gateway);
  const logins = readLogins(join(dataDir, "edge", gateway.id, "devices.json"));
  // First: a second simulator must not take the lines away from the one that runs.
  const control = await openControl(join(dataDir, "anhu.sock"));
  stops.push(() => control.close());
  const phones = await openPhones({ facility, dataDir, clock });
  stops.push(() => phones.close());
  const inbox = await openOwnInbox(dataDir, clock);
  stops.push(async () => inbox?.close());
  const journal = openJournal({ path: config.journal, clock });
  stops.push(() => journal.close());
  const plant = await openPlant({
    facility,
    gateway,
    dataDir,
    mqttUrl: `mqtt://127.0.0.1:${config.localMqttPort}`,
    logins,
    journal,
    clock,
    rate,
    random: Math.random,
  });
  stops.push(() => plant.close());
  const world = createWorld(facility, { seed });
  stops.push(startTelemetry({ facility, world, plant, clock, rate, speed }));

  let endings: (() => void)[] = [];
  const storm = (asked: { alarms: number; faults: number }) => {
    for (const end of endings) end();
    // Another storm each time: the journal says what it did.
    const common = { plant, clock, seed: clock.wall() };
    const lines = gateway.lines.map((line) => line.id);
    endings = [];
    if (asked.alarms > 0)
      endings.push(startStorm({ ...common, facility, perMinute: asked.alarms }));
    if (asked.faults > 0) endings.push(startFaults({ ...common, lines, perMinute: asked.faults }));
  };
  storm(config);
  stops.push(() => storm({ alarms: 0, faults: 0 }));
  control.serve({
    plant,
    phones,
    storm,
    watch(listener) {
      const ends = [plant, phones, inbox].map((one) => one?.watch(listener));
      return () => {
        for (const end of ends) end?.();
      };
    },
  });
  return { plant, journal };
}

/** undefined: e-mail goes elsewhere, or nowhere. */
async function openOwnInbox(dataDir: string, clock: Clock): Promise<Inbox | undefined> {
  const path = join(dataDir, "channels.yaml");
  const port = existsSync(path) ? inboxPort(readText(path)) : undefined;
  return port === undefined ? undefined : openInbox({ dataDir, port, clock });
}

function healthOf(
  { connected, connections, lines }: PlantStatus,
  lost: number,
): ReturnType<Running["health"]> {
  const all = Object.values(lines);
  const heard = all.filter(Boolean).length;
  const whole = connected === connections && heard === all.length && lost === 0;
  const detail = `${connected} of ${connections} connected, ${heard} of ${all.length} lines heard`;
  const gaps = lost === 0 ? "" : `, ${lost} lines of the journal lost`;
  return { status: whole ? "ok" : "degraded", detail: detail + gaps };
}

function readFacility(path: string): Facility {
  const parsed = parseFacility(readText(path));
  if (parsed.ok) return parsed.value;
  const mistakes = parsed.error.map((one) => `${path}:${one.line} ${one.path} ${one.detail}`);
  throw problem("bad_facility", mistakes.join("\n"));
}

function gatewayOf(facility: Facility, id: string | undefined): Gateway {
  const gateway = facility.gateways.find((one) => id === undefined || one.id === id);
  if (gateway !== undefined) return gateway;
  throw problem("bad_facility", `the facility file has no gateway ${id ?? ""}`);
}

function readLogins(path: string): Readonly<Record<string, Login>> {
  return JSON.parse(readText(path)) as Record<string, Login>;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const options = { fault: "environment", retry: false, cause, about: { path } } as const;
    throw new AnhuError("unreadable", `cannot read ${path}: ${messageOf(cause)}`, options);
  }
}

function problem(code: string, text: string): AnhuError {
  return new AnhuError(code, text, { fault: "caller", retry: false });
}

function readConfig(env: NodeJS.ProcessEnv): Config {
  const dataDir = env["ANHU_DATA"] ?? "data";
  return {
    dataDir,
    localMqttPort: number(env, "ANHU_LOCAL_MQTT_PORT", 1884),
    gateway: env["ANHU_GATEWAY"],
    journal: env["ANHU_SIM_JOURNAL"] ?? join(dataDir, "sim", "journal.jsonl"),
    seed: number(env, "ANHU_SIM_SEED", 1),
    rate: number(env, "ANHU_SIM_RATE", 1),
    speed: number(env, "ANHU_SIM_SPEED", 1),
    alarms: number(env, "ANHU_SIM_ALARMS", 0),
    faults: number(env, "ANHU_SIM_FAULTS", 0),
  };
}

function number(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  const value = Number(env[name] ?? usual);
  if (Number.isFinite(value) && value >= 0) return value;
  throw problem("bad_config", `${name} must be a number from 0 on, not "${env[name]}"`);
}

const REPORT_MS = 5000;
/** The supervisor's patience is 8 s. */
const STOP_WITHIN_MS = 5000;

async function main(): Promise<void> {
  const log = pino({ name: "firmware-sim" });
  const clock = systemClock();
  // The parent is gone, however it died.
  process.once("disconnect", () => process.exit(0));
  try {
    const running = await run(readConfig(process.env), clock);
    const stop = (): void => {
      clock.after(STOP_WITHIN_MS, () => process.exit(1));
      void running.stop().finally(() => process.exit(0));
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
    process.send?.({ ready: true, service: "firmware-sim", ports: [] });
    log.info(running.status(), "ready");
    scheduleReport(running, clock);
  } catch (thrown) {
    log.fatal({ err: thrown }, messageOf(thrown));
    if (process.send === undefined) process.exit(3);
    process.send(failureOf(thrown), () => process.exit(3));
  }
}

/** Tells the parent every 5 s how it goes. */
function scheduleReport(running: Running, clock: Clock): void {
  clock.after(REPORT_MS, () => {
    const parts = { "firmware-sim": running.health() };
    if (process.connected)
      process.send?.({ type: "health", service: "firmware-sim", parts, metrics: "" });
    scheduleReport(running, clock);
  });
}

if (import.meta.main) await main();

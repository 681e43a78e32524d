/** The central broker as a process: `node broker/main.ts` or `anhu run broker`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError, failureOf, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { systemClock } from "@anhu/core/time";
import type { Logger } from "pino";
import { pino } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Listener } from "./index.ts";
import { openIdentities, startBroker } from "./index.ts";

export interface Config {
  readonly dataDir: string;
  /** Plain, loopback only. */
  readonly mqttPort: number;
  /** TLS, on loopback and on `lanAddress`. */
  readonly mqttsPort: number;
  readonly lanAddress?: string;
}

export interface Running {
  /** Plain, TLS on loopback, TLS on the LAN. */
  readonly ports: readonly number[];
  health(): Health;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface Health {
  readonly parts: {
    readonly broker: { readonly status: "ok"; readonly detail: string };
  };
}

const REPORT_MS = 5000;
const LOOPBACK = "127.0.0.1";

/** Starts the central broker over `dataDir/broker/identities.db` and `dataDir/tls`. Throws `port_taken`, `cannot_listen`, `identities_unreadable`, `tls_unreadable`. */
export async function run(config: Config, parts: { clock: Clock; log: Logger }): Promise<Running> {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics, prefix: "anhu_broker_" });
  const identities = openIdentities(join(config.dataDir, "broker", "identities.db"));
  const broker = await startBroker({ ...parts, metrics, identities, listeners: listeners(config) });
  return {
    ports: broker.ports,
    health() {
      const detail = `${broker.stats().clients} clients`;
      return { parts: { broker: { status: "ok", detail } } };
    },
    metrics: () => metrics.metrics(),
    async stop() {
      await broker.close();
      identities.close();
    },
  };
}

function listeners(config: Config): Listener[] {
  const folder = join(config.dataDir, "tls");
  const tls = { key: pem(join(folder, "server.key")), cert: pem(join(folder, "server.crt")) };
  const hosts = [LOOPBACK, ...(config.lanAddress === undefined ? [] : [config.lanAddress])];
  return [
    { host: LOOPBACK, port: config.mqttPort },
    ...hosts.map((host) => ({ host, port: config.mqttsPort, tls })),
  ];
}

function pem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (thrown) {
    const text = `cannot read ${path}; the first \`anhu start\` makes it`;
    throw new AnhuError("tls_unreadable", text, {
      fault: "environment",
      retry: false,
      cause: thrown,
      about: { path },
    });
  }
}

function readConfig(env: NodeJS.ProcessEnv): Config {
  const lanAddress = env["ANHU_LAN_ADDRESS"] || undefined;
  return {
    dataDir: env["ANHU_DATA"] ?? "data",
    mqttPort: port(env, "ANHU_MQTT_PORT", 1883),
    mqttsPort: port(env, "ANHU_MQTTS_PORT", 8883),
    ...(lanAddress === undefined ? {} : { lanAddress }),
  };
}

function port(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = Number(env[name] ?? otherwise);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  const text = `${name} must be a port number, not "${env[name]}"`;
  const about = { variable: name };
  throw new AnhuError("bad_config", text, { fault: "caller", retry: false, about });
}

async function main(): Promise<void> {
  const log = pino({ name: "broker" });
  const clock = systemClock();
  // The parent is gone, however it died. Nothing here has to be written first.
  process.once("disconnect", () => process.exit(0));
  try {
    const running = await run(readConfig(process.env), { clock, log });
    const stop = (): void => void running.stop().finally(() => process.exit(0));
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
    process.send?.({ ready: true, service: "broker", ports: running.ports });
    log.info({ ports: running.ports }, "ready");
    scheduleReport(running, clock);
  } catch (thrown) {
    log.fatal({ err: thrown }, messageOf(thrown));
    if (process.send === undefined) process.exit(3);
    process.send(failureOf(thrown), () => process.exit(3));
  }
}

/** Tells the parent every 5 s how it goes. */
function scheduleReport(running: Running, clock: Clock): void {
  clock.after(REPORT_MS, () => void report(running).then(() => scheduleReport(running, clock)));
}

async function report(running: Running): Promise<void> {
  const metrics = await running.metrics();
  if (process.connected)
    process.send?.({ type: "health", service: "broker", ...running.health(), metrics });
}

if (import.meta.main) await main();

import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Clock } from "@anhu/core/time";
import { databaseUrlOf } from "@anhu/response/store";
import { configurationMistakes } from "../doctor/index.ts";
import { administratorLink, hasAdministrator } from "../admin/link.ts";
import { setUp } from "../setup/index.ts";
import type { Installation } from "../setup/index.ts";
import { buildConsoleBeside } from "./console.ts";
import { greeting } from "./greeting.ts";
import { takePlaces } from "./lock.ts";
import { assertPhonesFree, assertPortsFree } from "./ports.ts";
import { supervise } from "./supervisor.ts";
import type { ServiceSpec, Supervisor } from "./supervisor.ts";

export type { Supervisor } from "./supervisor.ts";
import { startWords } from "./words.ts";

export interface StartOptions {
  readonly dataDir: string;
  readonly demo: boolean;
  readonly lan: string | undefined;
  readonly ports: Ports;
  readonly clock: Clock;
  /** The environment that services inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** What is said is read on a terminal; undefined: in a file or a pipe. */
  readonly onTerminal?: boolean;
}

export interface Ports {
  readonly http: number;
  /** With `lan` only. */
  readonly lan: number;
  readonly mqtt: number;
  readonly mqtts: number;
  readonly localMqtt: number;
}

/**
 * Starts everything on this machine and says what runs, where to look and how to raise a fire.
 * Throws `already_running`, `port_taken`, `wrong_mode`, `bad_facility` or `service_failed`; nothing is left running then.
 */
export async function start(options: StartOptions): Promise<Supervisor> {
  takePlaces(options.dataDir, SERVICES);
  await assertPortsFree(options.ports, options.lan);
  const installation = await setUp({
    dataDir: options.dataDir,
    demo: options.demo,
    lan: options.lan,
    mqttPort: options.ports.mqtt,
    now: options.clock.wall(),
  });
  if (options.demo && installation.facility !== undefined) {
    await assertPhonesFree(installation.facility);
  }
  const supervisor = await supervise({
    services: services(options, installation),
    healthTo: "response",
    logDir: join(options.dataDir, "logs"),
    clock: options.clock,
    tell: options.say,
    env: options.env,
  });
  try {
    options.say(
      await greeting({
        onTerminal: false,
        ...options,
        installation,
        ...(await entrance(options)),
        mistakes: await configurationMistakes({ ...options, nodeVersion: process.versions.node }),
      }),
    );
  } catch (thrown) {
    await supervisor.stop();
    throw thrown;
  }
  const stopBuild = buildConsoleBeside({
    logDir: join(options.dataDir, "logs"),
    failed: (log) => options.say(startWords(options.env).consoleFailed(log)),
  });
  return {
    ...supervisor,
    async stop() {
      stopBuild();
      await supervisor.stop();
    },
  };
}

/** How people get in: while there is no administrator, by a one-time link. */
async function entrance(options: StartOptions): Promise<{ adminLinks: readonly string[] }> {
  const place = { dataDir: options.dataDir, databaseUrl: databaseUrlOf(options.env) };
  if (await hasAdministrator(place)) return { adminLinks: [] };
  const link = { ...place, ports: options.ports, now: options.clock.wall() };
  return { adminLinks: await administratorLink(link) };
}

const SERVICES = ["broker", "ingest", "response", "edge", "firmware-sim"];

/** The services in the order of their start. */
function services(options: StartOptions, installation: Installation): ServiceSpec[] {
  const env = {
    ...options.env,
    ANHU_DATA: options.dataDir,
    ANHU_HTTP_PORT: String(options.ports.http),
    ANHU_LAN_PORT: String(options.ports.lan),
    ANHU_MQTT_PORT: String(options.ports.mqtt),
    ANHU_MQTTS_PORT: String(options.ports.mqtts),
    ANHU_LOCAL_MQTT_PORT: String(options.ports.localMqtt),
    // Only `--lan` opens a door to the network, whatever the shell has set.
    ANHU_LAN_ADDRESS: options.lan,
    ...(installation.gateway === undefined ? {} : { ANHU_GATEWAY: installation.gateway }),
  };
  const runs = (name: string): boolean =>
    (name !== "edge" || installation.gateway !== undefined) &&
    (name !== "firmware-sim" || options.demo);
  return SERVICES.filter(runs).map((name) => ({ name, main: serviceMain(name), env }));
}

/** The file that runs a service: `broker`, `ingest`, `response`, `edge` or `firmware-sim`. */
export function serviceMain(name: string): string {
  return fileURLToPath(import.meta.resolve(`@anhu/${name}/main`));
}

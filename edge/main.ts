/** A gateway as a process: `node edge/main.ts` or `anhu run edge`. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Listener } from "@anhu/broker";
import { AnhuError, failureOf, messageOf } from "@anhu/core/errors";
import type { Facility } from "@anhu/core/facility";
import { parseFacility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import { systemClock } from "@anhu/core/time";
import type { Logger } from "pino";
import { pino } from "pino";
import type { Edge } from "./options.ts";
import { startEdge } from "./start.ts";
import type { UplinkIdentity } from "./uplink/index.ts";
import { parseIdentity } from "./uplink/index.ts";

export interface Config {
  readonly dataDir: string;
  /** Default: the first one of the facility file. */
  readonly gateway?: string;
  /** Default: the facility file's, else 1884. */
  readonly localMqttPort?: number;
  /** The gateway's own broker listens here too, with TLS. */
  readonly lanAddress?: string;
}

const REPORT_MS = 5_000;
const LOCAL_MQTT_PORT = 1884;
const LOOPBACK = "127.0.0.1";

/**
 * Starts the gateway of `dataDir/facility.yaml` with `dataDir/edge/{gateway}/identity.json`.
 * Throws `bad_facility` with every mistake, `bad_identity`, and what `startEdge` throws.
 */
export async function run(config: Config, parts: { clock: Clock; log: Logger }): Promise<Edge> {
  const path = join(config.dataDir, "facility.yaml");
  const text = readOrThrow(path, "bad_facility");
  const facility = facilityOf(path, text);
  const gateway = facility.gateways.find(({ id }) => id === (config.gateway ?? id));
  if (gateway === undefined) {
    throw configError("unknown_gateway", `${path} has no gateway ${config.gateway ?? ""}`);
  }
  return startEdge({
    ...parts,
    facility,
    gateway: gateway.id,
    identity: identityOf(join(config.dataDir, "edge", gateway.id, "identity.json")),
    dataDir: config.dataDir,
    listeners: listenersOf(config, gateway.mqtt?.port),
    config: createHash("sha256").update(text).digest("hex").slice(0, 16),
    version: versionOfProgram(),
  });
}

function facilityOf(path: string, text: string): Facility {
  const parsed = parseFacility(text);
  if (parsed.ok) return parsed.value;
  const mistakes = parsed.error.map(
    ({ line, path: where, reason, detail }) => `${path}:${line} ${where} ${reason}: ${detail}`,
  );
  throw configError("bad_facility", mistakes.join("\n"));
}

/** A gateway without one works for its facility alone. */
function identityOf(path: string): UplinkIdentity | null {
  if (!existsSync(path)) return null;
  const parsed = parseIdentity(readOrThrow(path, "bad_identity"));
  if (parsed.ok) return parsed.value;
  throw configError("bad_identity", `${path}: ${parsed.error.detail}`);
}

function listenersOf(config: Config, filePort: number | undefined): Listener[] {
  const port = config.localMqttPort ?? filePort ?? LOCAL_MQTT_PORT;
  const plain = { host: LOOPBACK, port };
  if (config.lanAddress === undefined) return [plain];
  const folder = join(config.dataDir, "tls");
  const tls = {
    key: readOrThrow(join(folder, "server.key"), "tls_unreadable"),
    cert: readOrThrow(join(folder, "server.crt"), "tls_unreadable"),
  };
  return [plain, { host: config.lanAddress, port, tls }];
}

function versionOfProgram(): string {
  const file = readFileSync(new URL("package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}

function readOrThrow(path: string, code: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw configError(code, `cannot read ${path}: ${messageOf(thrown)}`);
  }
}

function configError(code: string, text: string): AnhuError {
  return new AnhuError(code, text, { fault: "caller", retry: false });
}

function readConfig(env: NodeJS.ProcessEnv): Config {
  const { ANHU_GATEWAY: gateway } = env;
  const lanAddress = env["ANHU_LAN_ADDRESS"] || undefined;
  const port = env["ANHU_LOCAL_MQTT_PORT"];
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw configError("bad_config", `ANHU_LOCAL_MQTT_PORT must be a port number, not "${port}"`);
  }
  return {
    dataDir: env["ANHU_DATA"] ?? "data",
    ...(gateway === undefined ? {} : { gateway }),
    ...(port === undefined ? {} : { localMqttPort: Number(port) }),
    ...(lanAddress === undefined ? {} : { lanAddress }),
  };
}

async function main(): Promise<void> {
  const log = pino({ name: "edge" });
  const clock = systemClock();
  // The parent is gone, however it died: what was answered is on the disk.
  process.once("disconnect", () => process.exit(0));
  try {
    const edge = await run(readConfig(process.env), { clock, log });
    const stop = (): void => void edge.stop().finally(() => process.exit(0));
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
    process.send?.({ ready: true, service: "edge", ports: edge.ports });
    log.info({ ports: edge.ports }, "ready");
    scheduleReport(edge, clock);
  } catch (thrown) {
    log.fatal({ err: thrown }, messageOf(thrown));
    if (process.send === undefined) process.exit(3);
    process.send(failureOf(thrown), () => process.exit(3));
  }
}

/** Tells the parent every 5 s how it goes. */
function scheduleReport(edge: Edge, clock: Clock): void {
  clock.after(REPORT_MS, () => void report(edge).then(() => scheduleReport(edge, clock)));
}

async function report(edge: Edge): Promise<void> {
  const metrics = await edge.metrics();
  if (process.connected)
    process.send?.({ type: "health", service: "edge", ...edge.health(), metrics });
}

if (import.meta.main) await main();

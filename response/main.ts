/** Runs response alone: `node response/main.ts`, or under the supervisor, which passes on the other services' health. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { AnhuError, failureOf, messageOf } from "@anhu/core/errors";
import { systemClock } from "@anhu/core/time";
import { openPoints } from "./export/open.ts";
import type { LanAddress } from "./http/listeners.ts";
import { openReadings } from "./readings/open.ts";
import { startResponse } from "./start.ts";
import { databaseUrlOf } from "./store/open.ts";
import type { Credentials } from "./intake/mqtt.ts";

const CANNOT_START = 3;
/** Where the console's build puts it. */
const CONSOLE = fileURLToPath(new URL("../console/dist", import.meta.url));
/** A stop that takes longer (a broker that does not answer) is cut short: what was committed is safe. */
const STOP_WITHIN_MS = 5_000;

async function run(): Promise<void> {
  const clock = systemClock();
  const log = pino({ name: "response" });
  const dataDir = process.env["ANHU_DATA"] ?? "./data";
  const response = await startResponse({
    dataDir,
    databaseUrl: databaseUrlOf(process.env),
    httpPort: Number(process.env["ANHU_HTTP_PORT"] ?? 8080),
    lan: lanAddress(process.env),
    consoleDir: process.env["ANHU_CONSOLE_DIR"] ?? CONSOLE,
    mqtt: {
      host: "127.0.0.1",
      port: Number(process.env["ANHU_MQTT_PORT"] ?? 1883),
      credentials: readCredentials(join(dataDir, "secrets", "response.json")),
    },
    readings: openReadings(process.env, { dataDir, clock }),
    points: openPoints(process.env),
    clock,
    log,
  });

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    clock.after(STOP_WITHIN_MS, () => process.exit(1));
    response.close().then(
      () => process.exit(0),
      (thrown: unknown) => fail(thrown, 1),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("disconnect", stop);
  process.on("message", (message) => {
    if (!response.health.take(message)) log.warn({ message }, "not a health report");
  });
  process.send?.({ ready: true, service: "response", ports: response.ports });
}

/** The address that `anhu start --lan` names; undefined: none. */
function lanAddress(env: NodeJS.ProcessEnv): LanAddress | undefined {
  const host = env["ANHU_LAN_ADDRESS"];
  return host ? { host, port: Number(env["ANHU_LAN_PORT"] ?? 8443) } : undefined;
}

function readCredentials(path: string): Credentials {
  try {
    const read = JSON.parse(readFileSync(path, "utf8")) as Credentials;
    const { client_id, username, password } = read;
    if ([client_id, username, password].every((text) => typeof text === "string")) return read;
    throw new Error("client_id, username and password are needed");
  } catch (cause) {
    const options = { fault: "environment", retry: false, cause, about: { path } } as const;
    const text = `response cannot sign in by ${path}: ${messageOf(cause)}`;
    throw new AnhuError("no_credentials", text, options);
  }
}

function fail(thrown: unknown, code: number): void {
  const text = messageOf(thrown);
  process.stderr.write(`${text}\n`);
  if (process.send === undefined) process.exit(code);
  process.send(failureOf(thrown), () => process.exit(code));
}

if (import.meta.main) run().catch((thrown: unknown) => fail(thrown, CANNOT_START));

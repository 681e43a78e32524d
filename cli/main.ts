/** The `anhu` command: composition root of the command line. Commands and exit codes: CONTRACTS.md is binding, `--help` tells. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommanderError } from "commander";
import { AnhuError } from "@anhu/core/errors";
import { systemClock } from "@anhu/core/time";
import { programFor } from "./commands/program.ts";
import { problemText } from "./problems/index.ts";
import type { Ports } from "./start/index.ts";

const MISUSE = 2;
const CANNOT_START = 3;

// Incidents, residents and secrets are nobody else's: what is written here and by the services is their owner's alone.
process.umask(0o077);
const { version } = JSON.parse(
  readFileSync(new URL("./package.json", import.meta.url), "utf8"),
) as { version: string };

try {
  await programFor({
    version,
    nodeVersion: process.versions.node,
    dataDir: resolve(process.env["ANHU_DATA"] ?? "data"),
    ports,
    clock: systemClock(),
    env: process.env,
    input: process.stdin,
    out: process.stdout,
    err: process.stderr,
    end: (code) => {
      process.exitCode = code;
    },
  }).parseAsync();
} catch (thrown) {
  process.exitCode = exitCode(thrown);
  if (!(thrown instanceof CommanderError)) console.error(problemText(thrown, process.env));
}

function exitCode(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : MISUSE;
  if (thrown instanceof AnhuError && ["bad_service", "bad_id", "bad_port"].includes(thrown.code))
    return MISUSE;
  return CANNOT_START;
}

function ports(): Ports {
  return {
    http: port("ANHU_HTTP_PORT", 8080),
    lan: port("ANHU_LAN_PORT", 8443),
    mqtt: port("ANHU_MQTT_PORT", 1883),
    mqtts: port("ANHU_MQTTS_PORT", 8883),
    localMqtt: port("ANHU_LOCAL_MQTT_PORT", 1884),
  };
}

function port(variable: string, usual: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return usual;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new AnhuError("bad_port", `${variable}=${text} is not a port: 1 to 65535`, {
    fault: "caller",
    retry: false,
    about: { variable, value: text },
  });
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { influxAccess } from "@anhu/core/influx";
import type { Clock } from "@anhu/core/time";
import type { IngestOptions } from "./ingest.ts";
import type { StoreConfig } from "./stores/index.ts";

export interface Config {
  readonly store: StoreConfig;
  readonly mqtt: IngestOptions["mqtt"];
  readonly deadLettersPath: string;
  readonly retentionDays: number;
}

/**
 * What the environment says (CONTRACTS.md, variables): ANHU_DATA, ANHU_MQTT_PORT, and ANHU_INFLUX_... when readings go there;
 * the account is `secrets/ingest.json`. Throws `bad_config` and `no_credentials`.
 */
export function readConfig(env: NodeJS.ProcessEnv, clock: Clock): Config {
  const folder = env["ANHU_DATA"] ?? "./data";
  const given = env["ANHU_MQTT_PORT"] ?? "1883";
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw wrong("bad_config", `ANHU_MQTT_PORT must be a port number, not "${given}"`);
  }
  return {
    store: {
      path: join(folder, "ingest", "readings.db"),
      clock,
      retentionDays: RETENTION_DAYS,
      ...influx(env),
    },
    mqtt: {
      url: `mqtt://127.0.0.1:${port}`,
      ...account(join(folder, "secrets", "ingest.json")),
    },
    deadLettersPath: join(folder, "ingest", "dead-letters.db"),
    retentionDays: RETENTION_DAYS,
  };
}

const RETENTION_DAYS = 400;

function influx(env: NodeJS.ProcessEnv): Pick<StoreConfig, "influx"> {
  const access = influxAccess(env, (path) => readFileSync(path, "utf8"));
  return access === undefined ? {} : { influx: access };
}

function account(path: string): { clientId: string; username: string; password: string } {
  try {
    const read = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    const text = (key: string): string => {
      const value = read[key];
      if (typeof value === "string" && value !== "") return value;
      throw new Error(`"${key}" is missing`);
    };
    return { clientId: text("client_id"), username: text("username"), password: text("password") };
  } catch (thrown) {
    throw wrong("no_credentials", `ingest cannot sign in by ${path}: ${messageOf(thrown)}`);
  }
}

function wrong(code: string, text: string): AnhuError {
  return new AnhuError(code, text, { fault: "caller", retry: false });
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
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
  const url = env["ANHU_INFLUX_URL"];
  if (url === undefined || url === "") return {};
  const database = env["ANHU_INFLUX_DB"];
  const version = env["ANHU_INFLUX_VERSION"];
  if (!URL.canParse(url)) throw wrong("bad_config", `ANHU_INFLUX_URL is no address: "${url}"`);
  if (!database) throw wrong("bad_config", "ANHU_INFLUX_URL is set and ANHU_INFLUX_DB is not");
  if (version !== undefined && version !== "1" && version !== "2" && version !== "3") {
    throw wrong("bad_config", `ANHU_INFLUX_VERSION must be 1, 2 or 3, not "${version}"`);
  }
  const token = secret(env, "ANHU_INFLUX_TOKEN");
  const user = secret(env, "ANHU_INFLUX_USER");
  const password = secret(env, "ANHU_INFLUX_PASSWORD");
  return {
    influx: {
      url,
      database,
      ...(token === undefined ? {} : { token }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(version === undefined ? {} : { version: VERSIONS[version] }),
    },
  };
}

const VERSIONS = { "1": 1, "2": 2, "3": 3 } as const;

/** The variable itself, or the text of the file that `..._FILE` names. */
function secret(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const path = env[`${name}_FILE`];
  if (env[name] !== undefined || path === undefined) return env[name];
  try {
    return readFileSync(path, "utf8").trim();
  } catch (thrown) {
    throw wrong("bad_config", `${name}_FILE cannot be read: ${messageOf(thrown)}`);
  }
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

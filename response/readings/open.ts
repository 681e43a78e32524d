import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { embeddedReadings } from "./embedded.ts";
import { influxReadings } from "./influx.ts";
import type { Readings } from "./readings.ts";

/** The store that the variables name (CONTRACTS.md, variables): ANHU_INFLUX_..., else the file of ingest. Throws `bad_config`. */
export function openReadings(
  env: Readonly<Record<string, string | undefined>>,
  { dataDir, clock }: { readonly dataDir: string; readonly clock: Clock },
): Readings {
  const url = env["ANHU_INFLUX_URL"];
  if (!url) return embeddedReadings(join(dataDir, "ingest", "readings.db"), clock);
  const database = env["ANHU_INFLUX_DB"];
  if (!URL.canParse(url) || !database) {
    throw wrong("ANHU_INFLUX_URL must be an address, and ANHU_INFLUX_DB is needed with it");
  }
  const token = secret(env, "ANHU_INFLUX_TOKEN");
  const user = secret(env, "ANHU_INFLUX_USER");
  const pair = `${user}:${secret(env, "ANHU_INFLUX_PASSWORD") ?? ""}`;
  const basic = user && `Basic ${Buffer.from(pair).toString("base64")}`;
  const authorization = token ? `Token ${token}` : basic;
  return influxReadings({ url: url.replace(/\/$/, ""), database, authorization });
}

/** The variable itself, or the text of the file that `..._FILE` names. */
function secret(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const path = env[`${name}_FILE`];
  if (env[name] !== undefined || path === undefined) return env[name];
  try {
    return readFileSync(path, "utf8").trim();
  } catch (thrown) {
    throw wrong(`${name}_FILE cannot be read: ${messageOf(thrown)}`);
  }
}

function wrong(text: string): AnhuError {
  return new AnhuError("bad_config", text, { fault: "caller", retry: false });
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { influxAccess } from "@anhu/core/influx";
import type { Environment } from "@anhu/core/influx";
import type { Clock } from "@anhu/core/time";
import { embeddedReadings } from "./embedded.ts";
import { influxReadings } from "./influx.ts";
import type { Readings } from "./readings.ts";

/** The store that the variables name (CONTRACTS.md, variables): ANHU_INFLUX_..., else the file of ingest. Throws `bad_config`. */
export function openReadings(
  env: Environment,
  { dataDir, clock }: { readonly dataDir: string; readonly clock: Clock },
): Readings {
  const access = influxAccess(env, (path) => readFileSync(path, "utf8"));
  if (access !== undefined) return influxReadings(access);
  return embeddedReadings(join(dataDir, "ingest", "readings.db"), clock);
}

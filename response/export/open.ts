import { readFileSync } from "node:fs";
import { influxAccess } from "@anhu/core/influx";
import type { Environment } from "@anhu/core/influx";
import { influxPoints } from "./influx.ts";
import type { PointsStore } from "./influx.ts";

/**
 * The store that the variables name (CONTRACTS.md, variables): ANHU_INFLUX_... Undefined without: the embedded store is ingest's own file, and
 * what would be written stands in response's database, which the console reads. Throws `bad_config`.
 */
export function openPoints(env: Environment): PointsStore | undefined {
  const access = influxAccess(env, (path) => readFileSync(path, "utf8"));
  return access === undefined ? undefined : influxPoints(access);
}

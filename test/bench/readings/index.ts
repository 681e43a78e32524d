/**
 * Points per second from uplink to stored, beside the same points written straight to the same kind of store:
 *
 *   32 gateways, two batches each on their way --MQTT--> broker --> ingest --> store     counted there
 *   the same batches, tagged already ----------------------------------------> store     counted there
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Bench, Figure, Measured } from "../bench.ts";
import { quantile } from "../bench.ts";
import type { Pids } from "../processes.ts";
import { memoryOf } from "../processes.ts";
import { startInflux } from "../../servers/influx.ts";
import type { InfluxServer } from "../../servers/influx.ts";
import { COUNTED } from "./chunks.ts";
import type { Outcome, Round } from "./contest.ts";
import { contend } from "./contest.ts";
import type { Target } from "./straight.ts";
import { openTown, openWriter } from "./town.ts";

const LEAST_SHARE = 0.9;
/** The course begins so long ago: all of it is past, and within the retention. */
const AGO_MS = 6 * 3_600_000;

/** Into the embedded store, SQLite in a file. */
export function embeddedReadings(bench: Bench): Promise<Measured> {
  const path = join(bench.folder, "straight.db");
  return compare(bench, {
    name: "embedded store",
    env: {},
    target: { store: "embedded", path },
    parallel: [16, 32, 64],
    pids: {},
    storedByIngest: () => rowsOf(join(bench.folder, "data", "ingest", "readings.db")),
    storedStraight: () => rowsOf(path),
  });
}

/** Into InfluxDB 1.x, a server of the bench's own. */
export async function influxReadings(bench: Bench): Promise<Measured> {
  const influx = await startInflux();
  bench.open.defer(() => influx.stop());
  await influx.admin("CREATE DATABASE straight");
  await influx.admin(`GRANT ALL ON straight TO ${influx.user}`);
  const { url, user, password, database } = influx;
  return compare(bench, {
    name: "InfluxDB",
    env: {
      ANHU_INFLUX_URL: url,
      ANHU_INFLUX_USER: user,
      ANHU_INFLUX_PASSWORD: password,
      ANHU_INFLUX_DB: database,
    },
    target: { store: "influx", url, user, password, database: "straight" },
    parallel: [4, 8, 16],
    pids: { influxd: influx.pid },
    storedByIngest: () => pointsOf(influx, database),
    storedStraight: () => pointsOf(influx, "straight"),
  });
}

interface Stores {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly target: Target;
  readonly parallel: readonly number[];
  readonly pids: Pids;
  readonly storedByIngest: () => Promise<number>;
  readonly storedStraight: () => Promise<number>;
}

async function compare(bench: Bench, stores: Stores): Promise<Measured> {
  const { name, env, target, parallel, storedByIngest, storedStraight } = stores;
  const began = bench.clock.wall() - AGO_MS;
  const town = await openTown(bench, env);
  const writers = {
    uplinks: await openWriter(bench, { do: "uplinks", began, logins: town.logins }),
    straight: await openWriter(bench, { do: "straight", began, target }),
  };
  const services = { ...town.pids(), ...stores.pids };
  const outcome = await contend(bench, { writers, parallel, services });
  const { uplinks, straight } = outcome.points;
  return {
    figures: [...figuresOf(name, outcome), ...memoryOf(services)],
    counts: [
      { what: `${name}: points over the uplinks`, sent: uplinks, found: await storedByIngest() },
      { what: `${name}: points straight`, sent: straight, found: await storedStraight() },
    ],
  };
}

function figuresOf(name: string, { rounds, points, seconds }: Outcome): Figure[] {
  const median = (what: string, unit: string, of: (round: Round) => number): Figure => ({
    name: `${name}: ${what}`,
    value: quantile(rounds.map(of), 0.5),
    unit,
  });
  return [
    median("uplink to stored", "points/s", (round) => round.uplinks),
    median(
      `straight, ${rounds[0]?.parallel} writes at once`,
      "points/s",
      (round) => round.straight,
    ),
    {
      ...median("share of the straight write", "", (round) => round.uplinks / round.straight),
      target: { is: "at_least", value: LEAST_SHARE },
    },
    ...Object.entries(seconds).map(([service, s]) => ({
      name: `processor time of ${service} for a point`,
      value: (s / points.uplinks) * 1e6,
      unit: "µs",
    })),
  ];
}

/** Rows of the embedded store's file, as anybody may read them. */
function rowsOf(path: string): Promise<number> {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare("SELECT count(*) AS n FROM point").get();
  database.close();
  return Promise.resolve(Number(row?.["n"]));
}

interface InfluxAnswer {
  readonly results: readonly {
    readonly series?: readonly { readonly values: [string, number][] }[];
  }[];
}

async function pointsOf(influx: InfluxServer, database: string): Promise<number> {
  const counts = await Promise.all(
    COUNTED.map(async ([kind, field]) => {
      const query = `SELECT count("${field}") FROM "${database}".autogen."${kind}"`;
      const { results } = (await influx.admin(query)) as InfluxAnswer;
      return results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

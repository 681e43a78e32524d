/**
 * Points per second from uplink to stored, beside the same points written straight to the same kind of store:
 *
 *   16 gateways, two batches each on their way --MQTT--> broker --> ingest --> store     counted there
 *   the same batches, tagged already ----------------------------------------> store     counted there
 *
 * Store, straight, store, straight: so that a noisy machine is noisy for both.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { addIdentity, gatewayIdentity, openIdentities } from "@anhu/broker";
import { start } from "@anhu/cli/start";
import type { Bench, Count, Figure, Measured } from "../bench.ts";
import { quantile } from "../bench.ts";
import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import { memoryOf } from "../memory.ts";
import { startInflux } from "../../servers/influx.ts";
import type { InfluxServer } from "../../servers/influx.ts";
import { freePorts } from "../../stage/anhu.ts";
import { addressOf, COUNTED, GATEWAYS } from "./chunks.ts";
import type { Ran } from "./course.ts";
import type { Question } from "./main.ts";
import type { Target } from "./straight.ts";
import type { Login } from "./uplink.ts";

const LEAST_SHARE = 0.9;
/** The course begins so long ago: all of it is past, and within the retention. */
const AGO_MS = 6 * 3_600_000;
const WARM_UP = 8 * GATEWAYS;

/** Into the embedded store, SQLite in a file. */
export function embeddedReadings(bench: Bench): Promise<Measured> {
  const path = join(bench.folder, "straight.db");
  return compare(bench, {
    name: "embedded store",
    env: {},
    target: { store: "embedded", path },
    parallel: [4, 16, 32],
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
    parallel: [2, 4, 8],
    pids: { influxd: influx.pid },
    storedByIngest: () => pointsOf(influx, database),
    storedStraight: () => pointsOf(influx, "straight"),
  });
}

interface Contest {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly target: Target;
  /** Writes at once that the straight writer tries; the fastest counts. */
  readonly parallel: readonly number[];
  readonly pids: Readonly<Record<string, number>>;
  readonly storedByIngest: () => Promise<number>;
  readonly storedStraight: () => Promise<number>;
}

async function compare(bench: Bench, contest: Contest): Promise<Measured> {
  const { name, storedByIngest, storedStraight } = contest;
  const began = bench.clock.wall() - AGO_MS;
  const town = await openTown(bench, contest.env);
  const uplinks = await openWriter(bench, { do: "uplinks", began, logins: town.logins });
  const straight = await openWriter(bench, { do: "straight", began, target: contest.target });

  // Both write the whole course, each stretch once: so both stores hold the same at the end.
  let next = 0;
  const totals = { uplinks: 0, straight: 0 };
  const run = async (writer: "uplinks" | "straight", first: number, parallel: number) => {
    const child = { uplinks, straight }[writer];
    const ran = await child.ask<Ran>({ do: "run", first, end: next, parallel } satisfies Question);
    totals[writer] += ran.points;
    return rate(ran);
  };
  const stretch = (batches: number): number => {
    const first = next;
    next += Math.ceil(batches / GATEWAYS) * GATEWAYS;
    return first;
  };

  let parallel = contest.parallel[0] ?? 1;
  let fastest = 0;
  let batchesPerSecond = 0;
  for (const candidate of contest.parallel) {
    const first = stretch(WARM_UP);
    await run("uplinks", first, 0);
    const points = totals.straight;
    const speed = await run("straight", first, candidate);
    if (speed < fastest) continue;
    fastest = speed;
    parallel = candidate;
    batchesPerSecond = (speed * WARM_UP) / (totals.straight - points);
  }

  const rounds = bench.quick ? 3 : 5;
  const batches = batchesPerSecond * (bench.quick ? 1 : 2);
  const speeds: { uplinks: number; straight: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = stretch(batches);
    const speed = {
      uplinks: await run("uplinks", first, 0),
      straight: await run("straight", first, parallel),
    };
    speeds.push(speed);
    bench.say(
      `  round ${round + 1}: ${Math.round(speed.uplinks)} over the uplinks, ${Math.round(speed.straight)} straight`,
    );
  }
  const median = (pick: (speed: (typeof speeds)[number]) => number): number =>
    quantile(speeds.map(pick), 0.5);
  const figures: Figure[] = [
    { name: `${name}: uplink to stored`, value: median((s) => s.uplinks), unit: "points/s" },
    {
      name: `${name}: straight, ${parallel} at once`,
      value: median((s) => s.straight),
      unit: "points/s",
    },
    {
      name: `${name}: share of the straight write`,
      value: median((s) => s.uplinks / s.straight),
      unit: "",
      target: { is: "at_least", value: LEAST_SHARE },
    },
    ...memoryOf({ ...town.pids(), ...contest.pids }),
  ];
  const counts: Count[] = [
    {
      what: `${name}: points over the uplinks`,
      sent: totals.uplinks,
      found: await storedByIngest(),
    },
    { what: `${name}: points straight`, sent: totals.straight, found: await storedStraight() },
  ];
  return { figures, counts };
}

function rate({ points, ms }: Ran): number {
  return (points / ms) * 1000;
}

/** Broker, ingest and response as `anhu start --no-demo` runs them, and an identity for each gateway. */
async function openTown({ folder, clock, open }: Bench, env: Readonly<Record<string, string>>) {
  const [http = 0, mqtt = 0, mqtts = 0, localMqtt = 0] = await freePorts(4);
  const dataDir = join(folder, "data");
  const supervisor = await start({
    dataDir,
    demo: false,
    lan: undefined,
    ports: { http, mqtt, mqtts, localMqtt },
    clock,
    say: () => undefined,
    env: { PATH: process.env["PATH"], ...env },
  });
  open.defer(() => supervisor.stop());
  return { logins: addGateways(dataDir, mqtt), pids: () => supervisor.pids() };
}

/** Identities of the course's gateways at the broker of `dataDir`. */
export function addGateways(dataDir: string, port: number): Login[] {
  const file = openIdentities(join(dataDir, "broker", "identities.db"));
  const logins = Array.from({ length: GATEWAYS }, (_, i) => ({
    port,
    ...addIdentity(file, gatewayIdentity(addressOf(i))),
  }));
  file.close();
  return logins;
}

export async function openWriter({ open }: Bench, question: Question): Promise<Child> {
  const child = await startChild({ main: new URL("main.ts", import.meta.url), ready: false });
  open.defer(() => child.stop());
  await child.ask(question);
  return child;
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

/**
 * Points per second from uplink to stored, beside the same points written straight to the same kind of store:
 *
 *   16 gateways, two batches each on their way --MQTT--> broker --> ingest --> store     counted there
 *   the same batches, tagged already ----------------------------------------> store     counted there
 *
 * In turns, so that a noisy machine is noisy for both.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { addIdentity, gatewayIdentity, openIdentities } from "@anhu/broker";
import { start } from "@anhu/cli/start";
import type { Bench, Count, Figure, Measured } from "../bench.ts";
import { quantile } from "../bench.ts";
import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import { memoryOf, processorOf } from "../processes.ts";
import type { Pids } from "../processes.ts";
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
/** About so long the straight writer takes for a round. */
const ROUND_MS = 500;
const LEAST_ROUNDS = 4;
const WARM_UP = 6 * GATEWAYS;

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

interface Contest {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly target: Target;
  /** Writes at once that the straight writer tries in turns; the fastest counts. */
  readonly parallel: readonly number[];
  readonly pids: Pids;
  readonly storedByIngest: () => Promise<number>;
  readonly storedStraight: () => Promise<number>;
}

type Writer = "uplinks" | "straight";

/** Points per second of both, and how many writes at once the straight one had. */
interface Round extends Record<Writer, number> {
  readonly parallel: number;
}

async function compare(bench: Bench, contest: Contest): Promise<Measured> {
  const { name, target, storedByIngest, storedStraight } = contest;
  const began = bench.clock.wall() - AGO_MS;
  const town = await openTown(bench, contest.env);
  const writers: Record<Writer, Child> = {
    uplinks: await openWriter(bench, { do: "uplinks", began, logins: town.logins }),
    straight: await openWriter(bench, { do: "straight", began, target }),
  };
  const services = { ...town.pids(), ...contest.pids };
  const points = { uplinks: 0, straight: 0 };
  const seconds: Record<string, number> = {};

  // Both write every stretch of the course once, so that both stores hold the same at the end.
  let end = 0;
  const stretch = (batches: number): number => {
    const first = end;
    end += Math.ceil(batches / GATEWAYS) * GATEWAYS;
    return first;
  };
  const run = async (writer: Writer, first: number, parallel: number): Promise<Ran> => {
    const before = processorOf(services);
    const question: Question = { do: "run", first, end, parallel };
    const ran = await writers[writer].ask<Ran>(question);
    points[writer] += ran.points;
    if (writer === "straight") return ran;
    for (const [service, now] of Object.entries(processorOf(services))) {
      seconds[service] = (seconds[service] ?? 0) + now - (before[service] ?? 0);
    }
    return ran;
  };

  const tried = contest.parallel.slice(bench.quick ? 1 : 0);
  const warmUp = stretch(WARM_UP);
  await run("uplinks", warmUp, 0);
  const batchesPerMs = WARM_UP / (await run("straight", warmUp, tried[0] ?? 1)).ms;
  const rounds: Round[] = [];
  const over = bench.clock.monotonic() + (bench.quick ? 4_000 : 25_000);
  for (let n = 0; n < LEAST_ROUNDS || bench.clock.monotonic() < over; n++) {
    const first = stretch(batchesPerMs * ROUND_MS);
    const parallel = tried[n % tried.length] ?? 1;
    const round = { parallel, uplinks: 0, straight: 0 };
    // Now the one is first, now the other.
    const order: Writer[] = n % 4 < 2 ? ["uplinks", "straight"] : ["straight", "uplinks"];
    for (const writer of order) round[writer] = rate(await run(writer, first, parallel));
    rounds.push(round);
  }

  const best = fastest(rounds, tried);
  const figure = (what: string, unit: string, of: (round: Round) => number) => ({
    name: `${name}: ${what}`,
    value: quantile(best.map(of), 0.5),
    unit,
  });
  const figures: Figure[] = [
    figure("uplink to stored", "points/s", (round) => round.uplinks),
    figure(`straight, ${best[0]?.parallel} writes at once`, "points/s", (round) => round.straight),
    {
      ...figure("share of the straight write", "", (round) => round.uplinks / round.straight),
      target: { is: "at_least", value: LEAST_SHARE },
    },
    ...Object.entries(seconds).map(([service, s]) => ({
      name: `processor time of ${service} for a point`,
      value: (s / points.uplinks) * 1e6,
      unit: "µs",
    })),
    ...memoryOf(services),
  ];
  const counts: Count[] = [
    {
      what: `${name}: points over the uplinks`,
      sent: points.uplinks,
      found: await storedByIngest(),
    },
    { what: `${name}: points straight`, sent: points.straight, found: await storedStraight() },
  ];
  return { figures, counts };
}

/** The rounds in which the straight writer had as many writes at once as suit it best. */
function fastest(rounds: readonly Round[], tried: readonly number[]): readonly Round[] {
  const groups = tried.map((parallel) => rounds.filter((round) => round.parallel === parallel));
  const speedOf = (group: readonly Round[]): number =>
    quantile(
      group.map((round) => round.straight),
      0.5,
    );
  return groups.toSorted((a, b) => speedOf(b) - speedOf(a))[0] ?? [];
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

/** From the first byte on the fire panel's line to the siren and to the stored incident: the whole installation at rest, and overloaded. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setUp } from "@anhu/cli/setup";
import { start } from "@anhu/cli/start";
import { connectControl } from "@anhu/firmware-sim/control";
import type { Bench, Count, Figure, Measured } from "../bench.ts";
import { quantile } from "../bench.ts";
import { memoryOf } from "../processes.ts";
import { fillOutbox } from "../outbox.ts";
import { addGateways, openWriter } from "../readings/town.ts";
import { eventually, freePorts } from "../../stage/anhu.ts";
import { ownPeople } from "../../stage/people.ts";
import { soundAlarms } from "./sound.ts";
import type { Latency } from "./sound.ts";

const READY_MS = 30_000;
/** Reports per usual report of the demo facility under overload. */
const RATE = 100;
/** Gateways that send all they can. */
const OTHERS = 4;
const BACKLOG_BATCHES = 3_000;

/** The demo facility at rest. */
export async function alarmsAtRest(bench: Bench): Promise<Measured> {
  const place = await openPlace(bench, { rate: 1, backlog: 0 });
  const { latencies, readingsPerSecond } = await place.sound(bench.quick ? 4_000 : 60_000);
  return {
    figures: [
      ...latencyFigures(latencies, { siren: 100, incident: 250 }),
      { name: "readings of the facility meanwhile", value: readingsPerSecond, unit: "/s" },
      ...memoryOf(place.pids()),
    ],
    counts: [place.stored(latencies)],
  };
}

/** Telemetry at the limit: this facility's devices report 100 times as often, 4 other gateways send all they can; and a backlog drains. */
export async function alarmsUnderOverload(bench: Bench): Promise<Measured> {
  const place = await openPlace(bench, { rate: RATE, backlog: BACKLOG_BATCHES });
  const logins = addGateways(place.dataDir, place.mqttPort);
  const began = bench.clock.wall() - 6 * 3_600_000;
  const others = await openWriter(bench, { do: "uplinks", began, logins });
  await others.ask({ do: "flood", gateways: OTHERS });
  const before = place.waiting();
  const { latencies, readingsPerSecond } = await place.sound(bench.quick ? 4_000 : 40_000);
  const after = place.waiting();
  const flood = await others.ask<{ points: number; ms: number }>({ do: "ebb" });
  return {
    figures: [
      ...latencyFigures(latencies, { siren: 1_000, incident: 1_000 }),
      {
        name: "points of other gateways meanwhile",
        value: (flood.points / flood.ms) * 1000,
        unit: "/s",
      },
      { name: "batches waiting at the gateway, at first", value: before, unit: "" },
      { name: "batches waiting at the gateway, at last", value: after, unit: "" },
      { name: "readings of the facility meanwhile", value: readingsPerSecond, unit: "/s" },
      ...memoryOf(place.pids()),
    ],
    counts: [place.stored(latencies)],
  };
}

function latencyFigures(
  latencies: readonly Latency[],
  limits: { readonly siren: number; readonly incident: number },
): Figure[] {
  const of = (what: keyof Latency, share: number): number =>
    quantile(
      latencies.map((latency) => latency[what]),
      share,
    );
  const unit = "ms";
  return (["siren", "incident"] as const)
    .flatMap((what): Figure[] => {
      const name = what === "siren" ? "first byte to siren" : "first byte to stored incident";
      return [
        { name: `${name}, p50`, value: of(what, 0.5), unit },
        {
          name: `${name}, p99`,
          value: of(what, 0.99),
          unit,
          target: { is: "at_most", value: limits[what] },
        },
        { name: `${name}, most of ${latencies.length}`, value: of(what, 1), unit },
      ];
    })
    .concat({
      name: "of these the line's own time at 9600 baud, p50",
      value: of("line", 0.5),
      unit,
    });
}

/** Everything that `anhu start` runs, with the demo facility. */
async function openPlace(bench: Bench, load: { readonly rate: number; readonly backlog: number }) {
  const { folder, clock, open } = bench;
  const [http = 0, mqtt = 0, mqtts = 0, localMqtt = 0] = await freePorts(4);
  const dataDir = join(folder, "data");
  await ownPeople(dataDir);
  const { facility } = await setUp({
    dataDir,
    demo: true,
    lan: undefined,
    mqttPort: mqtt,
    now: clock.wall(),
  });
  const outbox = join(dataDir, "edge", "gw1", "outbox");
  if (load.backlog > 0) await fillOutbox(bench, outbox, load.backlog);
  const supervisor = await start({
    dataDir,
    demo: true,
    lan: undefined,
    ports: { http, lan: 0, mqtt, mqtts, localMqtt },
    clock,
    say: () => undefined,
    env: { PATH: process.env["PATH"], ANHU_SIM_RATE: String(load.rate) },
  });
  open.defer(() => supervisor.stop());
  const control = await connectControl(join(dataDir, "anhu.sock"), clock);
  open.defer(() => control.close());
  const isReady = await eventually(async () => {
    const status = await control.ask("status", {});
    return (
      status.ok &&
      status.value.lines["panel"] === true &&
      status.value.connected === status.value.connections
    );
  }, READY_MS);
  if (!isReady) throw new Error("the gateway does not hear its devices");
  const devices = (facility?.devices ?? [])
    .filter(({ kind, line }) => kind === "smoke" && line === "panel")
    .map(({ id }) => id);
  const apiToken = readFileSync(join(dataDir, "secrets", "api-token"), "utf8").trim();
  const began = clock.wall();
  return {
    dataDir,
    mqttPort: mqtt,
    pids: () => supervisor.pids(),
    sound: (forMs: number) =>
      soundAlarms({ control, httpPort: http, apiToken, clock, devices, forMs }),
    waiting: () => numberIn(join(outbox, "outbox.db"), "SELECT count(*) AS n FROM batch"),
    stored(latencies: readonly Latency[]): Count {
      const query = `SELECT count(*) AS n FROM alerts WHERE device LIKE 'smoke-%' AND onset >= ${began}`;
      return {
        what: "alarms stored",
        sent: latencies.length,
        found: numberIn(join(dataDir, "response.db"), query),
      };
    },
  };
}

function numberIn(path: string, query: string): number {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const row = database.prepare(query).get();
  database.close();
  return Number(row?.["n"]);
}

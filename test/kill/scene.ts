/** Everything that lives in a kill test: the services under their real supervisor, a real InfluxDB, the line to the town, a listener. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import mqtt from "mqtt";
import { addIdentity, ingestIdentity, openIdentities } from "@anhu/broker";
import { setUp } from "@anhu/cli/setup";
import { start } from "@anhu/cli/start";
import type { Supervisor } from "@anhu/cli/start";
import { parseBatchHeader } from "@anhu/core/wire";
import { connectControl } from "@anhu/firmware-sim/control";
import { readJournal } from "@anhu/firmware-sim/journal";
import type { Fact } from "@anhu/firmware-sim/journal";
import { systemClock } from "@anhu/core/time";
import { eventually, freePorts } from "../stage/anhu.ts";
import { ownPeople } from "../stage/people.ts";
import { layLine } from "../stage/proxy.ts";
import type { Line } from "../stage/proxy.ts";
import { startInflux } from "../servers/influx.ts";
import type { InfluxServer } from "../servers/influx.ts";
import type { StoredAlert, StoredReading } from "./compare.ts";

export interface Scene {
  readonly supervisor: Supervisor;
  readonly influx: InfluxServer;
  readonly line: Line;
  readonly httpPort: number;
  /** Batches that came more than once over the central broker, as a client of it saw them. */
  resent(): number;
  facts(): Promise<readonly Fact[]>;
  readings(kinds: Iterable<string>): Promise<StoredReading[]>;
  alerts(): StoredAlert[];
  /** Ends the storm, waits until the gateway has confirmed all that devices said, and freezes them; false: it did not in time. */
  quiet(withinMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** Sets the scene in an empty folder; `alarmsPerMinute` and `rate` are the simulator's. */
export async function setScene(options: {
  readonly folder: string;
  readonly alarmsPerMinute: number;
  readonly rate: number;
  readonly say: (line: string) => void;
}): Promise<Scene> {
  const [http = 0, mqttPort = 0, mqtts = 0, localMqtt = 0] = await freePorts(4);
  const dataDir = join(options.folder, "data");
  const influx = await startInflux();
  const line = await layLine(mqttPort);
  const clock = systemClock();
  await ownPeople(dataDir);
  await setUp({ dataDir, demo: true, lan: undefined, mqttPort, now: clock.wall() });
  moveUplink(join(dataDir, "edge", "gw1", "identity.json"), line.port);
  const supervisor = await start({
    dataDir,
    demo: true,
    lan: undefined,
    ports: { http, lan: 0, mqtt: mqttPort, mqtts, localMqtt },
    clock,
    say: options.say,
    env: {
      PATH: process.env["PATH"],
      LANG: "C.UTF-8",
      ANHU_INFLUX_URL: influx.url,
      ANHU_INFLUX_USER: influx.user,
      ANHU_INFLUX_PASSWORD: influx.password,
      ANHU_INFLUX_DB: influx.database,
      ANHU_SIM_ALARMS: String(options.alarmsPerMinute),
      ANHU_SIM_RATE: String(options.rate),
    },
  });
  const listener = listenAlong(dataDir, mqttPort);
  const simulator = (): number => supervisor.pids()["firmware-sim"] ?? 0;
  return {
    supervisor,
    influx,
    line,
    httpPort: http,
    resent: () => listener.resent(),
    facts: async () => (await readJournal(join(dataDir, "sim", "journal.jsonl"))).facts,
    readings: (kinds) => readingsOf(influx, kinds),
    alerts: () => alertsOf(join(dataDir, "response.db")),
    async quiet(withinMs) {
      const control = await connectControl(join(dataDir, "anhu.sock"), clock);
      await control.ask("storm", { alarms: 0, faults: 0 });
      const confirmed = await eventually(async () => {
        const status = await control.ask("status", {});
        return status.ok && status.value.unconfirmed === 0;
      }, withinMs);
      control.close();
      process.kill(simulator(), "SIGSTOP");
      return confirmed;
    },
    async stop() {
      process.kill(simulator(), "SIGCONT");
      await listener.close();
      await supervisor.stop();
      await line.close();
      await influx.stop();
    },
  };
}

/** The gateway reaches the town over the line, not directly. */
function moveUplink(path: string, port: number): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), port }));
}

function listenAlong(dataDir: string, port: number): { resent(): number; close(): Promise<void> } {
  const file = openIdentities(join(dataDir, "broker", "identities.db"));
  const login = addIdentity(file, ingestIdentity("listener"));
  file.close();
  const seen = new Map<string, number>();
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: login.client_id,
    username: login.username,
    password: login.password,
    reconnectPeriod: 200,
  });
  client.subscribe("anhu/v1/+/+/readings", { qos: 1 });
  client.on("error", () => undefined);
  client.on("message", (_topic, payload) => {
    const header = parseBatchHeader(payload);
    if (header?.ok !== true) return;
    const key = `${header.value.boot} ${header.value.seq}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  });
  return {
    resent: () => [...seen.values()].filter((times) => times > 1).length,
    close: () => client.endAsync(true),
  };
}

interface InfluxAnswer {
  readonly results: readonly {
    readonly series?: readonly {
      readonly tags: { readonly device: string };
      readonly values: readonly [string, number][];
    }[];
  }[];
}

async function readingsOf(influx: InfluxServer, kinds: Iterable<string>): Promise<StoredReading[]> {
  const found: StoredReading[] = [];
  for (const kind of kinds) {
    const answer = (await influx.admin(
      `SELECT device_time_ms FROM "${kind}" GROUP BY device`,
    )) as InfluxAnswer;
    for (const series of answer.results[0]?.series ?? []) {
      for (const [, time] of series.values) {
        found.push({ kind, device: series.tags.device, device_time_ms: time });
      }
    }
  }
  return found;
}

interface AlertBody {
  readonly id: string;
  readonly rule: string;
  readonly subject: { readonly device: string };
  readonly evidence: readonly {
    readonly device: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
}

function alertsOf(path: string): StoredAlert[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db
    .prepare(
      `SELECT m.body, a.incident FROM alert_messages m
       JOIN alerts a ON a.facility = m.facility AND a.gateway = m.gateway AND a.alert = m.alert WHERE m.phase = 'raised'`,
    )
    .all() as { body: string; incident: string }[];
  db.close();
  return rows.map(({ body, incident }) => {
    const alert = JSON.parse(body) as AlertBody;
    return {
      id: alert.id,
      rule: alert.rule,
      incident,
      device: alert.subject.device,
      evidence: alert.evidence.map((point) => ({
        device: point.device,
        device_time_ms: Number(point.fields["device_time_ms"]),
      })),
    };
  });
}

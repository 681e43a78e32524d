/** Messages per second through the central broker, beside aedes without anything of ours, under the same load: 50 gateways, one ingest. */
import { join } from "node:path";
import { addIdentity, gatewayIdentity, ingestIdentity, openIdentities } from "@anhu/broker";
import { setUp } from "@anhu/cli/setup";
import { everyGateway, topic } from "@anhu/core/wire";
import type { Bench, Measured } from "../bench.ts";
import { quantile } from "../bench.ts";
import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import { memoryOf } from "../processes.ts";
import { freePorts } from "../../stage/anhu.ts";
import type { LoadOptions, Passed } from "./load.ts";
import type { Question } from "./main.ts";

const PUBLISHERS = 50;
const MAIN = new URL("main.ts", import.meta.url);

export async function broker(bench: Bench): Promise<Measured> {
  const anhu = await startAnhuBroker(bench);
  const bare = await openChild(bench, "aedes");
  const { port } = await bare.ask<{ port: number }>({ do: "listen" } satisfies Question);
  const loads = {
    anhu: { child: await openChild(bench, "load"), port: anhu.port },
    aedes: { child: await openChild(bench, "load"), port },
  };
  for (const { child, port: to } of Object.values(loads)) {
    await child.ask({ do: "open", ...anhu.clients, port: to } satisfies Question);
  }

  let sent = 0;
  let found = 0;
  const run = async (which: keyof typeof loads, qos: 0 | 1, ms: number): Promise<number> => {
    const asked: Question = { do: "run", qos, ms };
    const passed = await loads[which].child.ask<Passed>(asked);
    sent += passed.sent;
    found += passed.received;
    return (passed.received / passed.ms) * 1000;
  };
  const figures = [];
  for (const qos of [0, 1] as const) {
    const rounds: { anhu: number; aedes: number }[] = [];
    for (let round = 0; round < (bench.quick ? 3 : 8); round++) {
      rounds.push({ anhu: await run("anhu", qos, 500), aedes: await run("aedes", qos, 500) });
    }
    // The first round warms up.
    const measured = rounds.slice(1);
    const median = (pick: (round: (typeof rounds)[number]) => number): number =>
      quantile(measured.map(pick), 0.5);
    figures.push(
      { name: `QoS ${qos}: broker`, value: median((r) => r.anhu), unit: "messages/s" },
      { name: `QoS ${qos}: bare aedes`, value: median((r) => r.aedes), unit: "messages/s" },
      { name: `QoS ${qos}: share of bare aedes`, value: median((r) => r.anhu / r.aedes), unit: "" },
    );
  }
  const memory = memoryOf({ broker: anhu.pid, "bare aedes": bare.pid });
  return { figures: [...figures, ...memory], counts: [{ what: "messages", sent, found }] };
}

async function openChild({ open }: Bench, role: "aedes" | "load"): Promise<Child> {
  const child = await startChild({ main: MAIN, args: [role], ready: false });
  open.defer(() => child.stop());
  return child;
}

/** The central broker as its own process, and the accounts of who will use it. */
async function startAnhuBroker({ folder, clock, open }: Bench) {
  const [port = 0, mqtts = 0] = await freePorts(2);
  const dataDir = join(folder, "data");
  await setUp({ dataDir, demo: false, lan: undefined, mqttPort: port, now: clock.wall() });
  const file = openIdentities(join(dataDir, "broker", "identities.db"));
  const publishers = Array.from({ length: PUBLISHERS }, (_, i) => {
    const address = { facility: `bench-${i}`, gateway: "gw1" };
    return { ...addIdentity(file, gatewayIdentity(address)), topic: topic(address, "readings") };
  });
  const subscriber = addIdentity(file, ingestIdentity("bench"));
  file.close();
  const child = await startChild({
    main: new URL(import.meta.resolve("@anhu/broker/main")),
    env: { ANHU_DATA: dataDir, ANHU_MQTT_PORT: String(port), ANHU_MQTTS_PORT: String(mqtts) },
    ready: true,
  });
  open.defer(() => child.stop());
  const clients: Omit<LoadOptions, "port"> = {
    publishers,
    subscriber: { ...subscriber, filter: everyGateway("readings") },
  };
  return { port, pid: child.pid, clients };
}

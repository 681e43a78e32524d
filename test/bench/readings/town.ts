/** Who takes part: the services that gateways reach, and the processes that write. */
import { join } from "node:path";
import { addIdentity, gatewayIdentity, openIdentities } from "@anhu/broker";
import { start } from "@anhu/cli/start";
import type { Bench } from "../bench.ts";
import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import { freePorts } from "../../stage/anhu.ts";
import { addressOf, GATEWAYS } from "./chunks.ts";
import type { Question } from "./main.ts";
import type { Login } from "./uplink.ts";

/** Broker, ingest and response as `anhu start --no-demo` runs them, and an identity for each gateway. */
export async function openTown(
  { folder, clock, open }: Bench,
  env: Readonly<Record<string, string>>,
) {
  const [http = 0, mqtt = 0, mqtts = 0, localMqtt = 0] = await freePorts(4);
  const dataDir = join(folder, "data");
  const supervisor = await start({
    dataDir,
    demo: false,
    lan: undefined,
    ports: { http, lan: 0, mqtt, mqtts, localMqtt },
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

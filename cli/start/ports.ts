import { networkInterfaces } from "node:os";
import { assertPortFree } from "@anhu/broker/listen";
import { AnhuError } from "@anhu/core/errors";
import type { Facts } from "@anhu/core/errors";
import type { Facility } from "@anhu/core/facility";
import { phoneAddresses } from "@anhu/firmware-sim/phones";
import type { Ports } from "./index.ts";

const LOOPBACK = "127.0.0.1";
const VARIABLES = {
  mqtt: "ANHU_MQTT_PORT",
  mqtts: "ANHU_MQTTS_PORT",
  localMqtt: "ANHU_LOCAL_MQTT_PORT",
  http: "ANHU_HTTP_PORT",
  lan: "ANHU_LAN_PORT",
} as const satisfies Record<keyof Ports, string>;

/**
 * Throws `port_taken` with a sentence that names the port, its owner and the variable to set, before anything is started; `cannot_listen`
 * for a `lan` that is no address of this machine.
 */
export async function assertPortsFree(ports: Ports, lan: string | undefined): Promise<void> {
  const { lan: lanPort, ...local } = ports;
  for (const [name, port] of Object.entries(local)) {
    const variable = VARIABLES[name as keyof typeof local];
    await assertFree({ host: LOOPBACK, port }, variable, { variable });
  }
  const { lan: variable } = VARIABLES;
  if (lan !== undefined) await assertFree({ host: lan, port: lanPort }, variable, { variable });
}

/** Throws as `assertPortsFree` does for the simulated phones, whose ports stand in the facility file. */
export async function assertPhonesFree(facility: Facility): Promise<void> {
  for (const address of phoneAddresses(facility)) {
    await assertFree(address, "other webhooks in facility.yaml and channels.yaml", {});
  }
}

async function assertFree(
  address: { readonly host: string; readonly port: number },
  remedy: string,
  facts: Facts,
): Promise<void> {
  try {
    await assertPortFree(address);
  } catch (thrown) {
    if (!(thrown instanceof AnhuError)) throw thrown;
    const isElsewhere = address.host !== LOOPBACK && thrown.about["errno"] !== "EACCES";
    if (thrown.code === "cannot_listen" && isElsewhere) throw notHere(thrown);
    if (thrown.code !== "port_taken") throw thrown;
    const text = `${thrown.message}; set ${remedy} to use another`;
    const about = { ...thrown.about, ...facts };
    const { fault } = thrown;
    throw new AnhuError(thrown.code, text, { fault, retry: false, cause: thrown, about });
  }
}

/** Which addresses `--lan` may name. */
function notHere(thrown: AnhuError): AnhuError {
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
  const addresses = own.join(", ");
  const text = `${thrown.message}; addresses of this machine: ${addresses || "none"}`;
  const { fault } = thrown;
  const about = { ...thrown.about, ...(addresses === "" ? {} : { addresses }) };
  return new AnhuError(thrown.code, text, { fault, retry: false, cause: thrown, about });
}

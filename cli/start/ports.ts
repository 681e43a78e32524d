import { assertPortFree } from "@anhu/broker/listen";
import { AnhuError } from "@anhu/core/errors";
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
    await assertFree({ host: LOOPBACK, port }, VARIABLES[name as keyof typeof local]);
  }
  if (lan !== undefined) await assertFree({ host: lan, port: lanPort }, VARIABLES.lan);
}

async function assertFree(
  address: { readonly host: string; readonly port: number },
  variable: string,
): Promise<void> {
  try {
    await assertPortFree(address);
  } catch (thrown) {
    if (!(thrown instanceof AnhuError) || thrown.code !== "port_taken") throw thrown;
    const text = `${thrown.message}; set ${variable} to use another`;
    throw new AnhuError(thrown.code, text, { fault: thrown.fault, retry: false, cause: thrown });
  }
}

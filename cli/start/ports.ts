import { assertPortFree } from "@anhu/broker/listen";
import { AnhuError } from "@anhu/core/errors";
import type { Ports } from "./index.ts";

const VARIABLES = {
  mqtt: "ANHU_MQTT_PORT",
  mqtts: "ANHU_MQTTS_PORT",
  localMqtt: "ANHU_LOCAL_MQTT_PORT",
  http: "ANHU_HTTP_PORT",
} as const satisfies Record<keyof Ports, string>;

/** Throws `port_taken` with a sentence that names the port, its owner and the variable to set, before anything is started. */
export async function assertPortsFree(ports: Ports): Promise<void> {
  for (const name of Object.keys(VARIABLES) as (keyof Ports)[]) {
    try {
      await assertPortFree({ host: "127.0.0.1", port: ports[name] });
    } catch (thrown) {
      if (!(thrown instanceof AnhuError)) throw thrown;
      const text = `${thrown.message}; set ${VARIABLES[name]} to use another`;
      throw new AnhuError(thrown.code, text, { fault: thrown.fault, retry: false, cause: thrown });
    }
  }
}

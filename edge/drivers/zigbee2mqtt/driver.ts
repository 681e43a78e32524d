import type { MqttDriver } from "../driver.ts";
import { zigbeeDecoder } from "./decode.ts";

/** Zigbee devices behind a Zigbee2MQTT bridge that publishes to the gateway's own broker. */
export const zigbee2mqtt: MqttDriver = {
  name: "zigbee2mqtt",
  subscriptions: (base) => [`${base}/#`],
  decoder: zigbeeDecoder,
};

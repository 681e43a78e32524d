import type { MqttDriver } from "../driver.ts";
import { nativeDecoder } from "./decode.ts";

/** Anhu's own wearables, call buttons and sirens on the gateway's own broker. */
export const native: MqttDriver = {
  name: "native",
  subscriptions: (base) => [`${base}/+/+`],
  decoder: nativeDecoder,
};

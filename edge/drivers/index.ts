/** The drivers that this gateway speaks: one line per entry. */
import type { MqttDriver, SerialDriver } from "./driver.ts";

export type * from "./driver.ts";

export const SERIAL_DRIVERS: readonly SerialDriver[] = [];

export const MQTT_DRIVERS: readonly MqttDriver[] = [];

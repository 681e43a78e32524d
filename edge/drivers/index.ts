/** The drivers that this gateway speaks: one line per entry. */
import type { MqttDriver, SerialDriver } from "./driver.ts";
import { gb26875 } from "./gb26875/driver.ts";
import { ld2410 } from "./ld2410/driver.ts";
import { native } from "./native/driver.ts";
import { zigbee2mqtt } from "./zigbee2mqtt/driver.ts";

export type * from "./driver.ts";

export const SERIAL_DRIVERS: readonly SerialDriver[] = [gb26875, ld2410];

export const MQTT_DRIVERS: readonly MqttDriver[] = [zigbee2mqtt, native];

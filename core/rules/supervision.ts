import type { Kind } from "../points/index.ts";

/**
 * How long a device may be silent when the facility file sets no `supervise_s`, in seconds.
 * assumption: mains-powered and streaming devices minutes, battery devices that report once a day 25 h
 * (Zigbee2MQTT's own default, docs/guide/configuration/device-availability).
 * A component behind a panel that watches its components (core/facility, drivers) has no interval of its own:
 * the panel reports a missing one as fault, and the panel's line is supervised.
 */
export const SUPERVISE_S: Readonly<Record<Kind, number>> = {
  // A transmission device sends a keep-alive every 20-30 s; a lost line is signalled within 100 s (GB 26875.1; EN 54-21 type 1).
  fire_panel: 100,
  // A presence radar streams.
  occupancy: 60,
  // Wearables report at least every 60 s (docs/protocols/native.md).
  fall: 300,
  sos: 90_000,
  vitals: 300,
  bed: 3_600,
  smoke: 90_000,
  heat: 90_000,
  call_point: 90_000,
  leak: 90_000,
  co: 90_000,
  gas: 90_000,
  water: 7_200,
  electrical_fire: 7_200,
  door: 90_000,
  climate: 7_200,
  cold_chain: 7_200,
  device: 90_000,
};

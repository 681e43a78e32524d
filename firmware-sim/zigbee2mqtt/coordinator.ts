import type { Device } from "@anhu/core/facility";
import type { FieldValue } from "@anhu/core/points";
import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import { openLink, risingTime, send } from "../mqtt/index.ts";
import type { Link, Login, Saying } from "../mqtt/index.ts";
import { inventoryOf } from "./inventory.ts";
import { MODELS } from "./models.ts";
import type { Model } from "./models.ts";
import { payloadOf } from "./payload.ts";

export interface CoordinatorOptions {
  readonly url: string;
  readonly login: Login;
  /** The base topic, usually `zigbee2mqtt`. */
  readonly base: string;
  /** The devices paired with it; `address` is the friendly name. */
  readonly devices: readonly Device[];
  readonly journal: Journal;
  readonly clock: Clock;
}

export interface Coordinator {
  readonly link: Link;
  /**
   * A paired device (facility id) publishes its state, changed by `fields`; a press (`pressed`) is told once and not kept.
   * Returns the id of the fact; throws for a device that is not paired.
   */
  report(id: string, saying: Saying): string;
  close(): Promise<void>;
}

/** A Zigbee2MQTT with its paired devices: bridge state, inventory and availability (retained), and a JSON object per report. Throws for a kind that no model stands for. */
export function openCoordinator(options: CoordinatorOptions): Coordinator {
  const { base, devices, journal, clock } = options;
  const link = openLink({
    url: options.url,
    login: options.login,
    clock,
    will: { topic: `${base}/bridge/state`, payload: OFFLINE },
    greeting: () => [
      { topic: `${base}/bridge/state`, payload: ONLINE },
      { topic: `${base}/bridge/devices`, payload: inventoryOf(devices) },
      ...devices.map(({ address }) => ({
        topic: `${base}/${address}/availability`,
        payload: ONLINE,
      })),
    ],
    window: 256,
    keep: 5000,
  });
  const paired = new Map(devices.map((device, i) => [device.id, pair(device, i, clock)]));

  return {
    link,
    report(id, { kind, fields, routine }) {
      const one = paired.get(id);
      if (one === undefined) throw new Error(`${id} is not paired`);
      const { device, model, linkQuality, batteryPct } = one;
      const { pressed, ...state } = fields;
      one.state = { ...one.state, ...state };
      const said = pressed === undefined ? one.state : { pressed };
      const at = one.time();
      return send(
        { link, journal, clock, wire: base },
        {
          device: id,
          address: device.address,
          ...(Object.keys(said).length > 0
            ? { kind, fields: said }
            : { kind: "device", fields: { link_quality: linkQuality } }),
          deviceTimeMs: at,
          topic: `${base}/${device.address}`,
          payload: payloadOf(model, { fields: said, at, linkQuality, batteryPct }),
          routine,
        },
      );
    },
    close: () => link.close(),
  };
}

interface Paired {
  readonly device: Device;
  readonly model: Model;
  readonly time: () => number;
  readonly linkQuality: number;
  readonly batteryPct: number;
  state: Readonly<Record<string, FieldValue>>;
}

function pair(device: Device, i: number, clock: Clock): Paired {
  const model = MODELS[device.kind];
  if (model === undefined) throw new Error(`${device.id}: no Zigbee model is a ${device.kind}`);
  return {
    device,
    model,
    time: risingTime(clock),
    linkQuality: 60 + ((i * 37) % 140),
    batteryPct: 100 - ((i * 7) % 40),
    state: {},
  };
}

const ONLINE = JSON.stringify({ state: "online" });
const OFFLINE = JSON.stringify({ state: "offline" });

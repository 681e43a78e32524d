import type { Device } from "@anhu/core/facility";
import type { FieldValue, Kind } from "@anhu/core/points";
import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import { openLink, risingTime, send } from "../mqtt/index.ts";
import type { Link, Login } from "../mqtt/index.ts";
import { inventoryOf } from "./inventory.ts";
import { MODELS } from "./models.ts";
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
  /** A paired device says something. Returns the id of the fact; throws for a name that is not paired. */
  report(name: string, report: ZigbeeSaying): string;
  close(): Promise<void>;
}

export interface ZigbeeSaying {
  readonly kind: Kind;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly routine: boolean;
}

/** A Zigbee2MQTT with its paired devices: bridge state, inventory and availability (retained), and a JSON object per report. */
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
  const paired = new Map(
    devices.map((device, i) => [device.address, { device, i, time: risingTime(clock) }]),
  );

  return {
    link,
    report(name, { kind, fields, routine }) {
      const one = paired.get(name);
      const model = one && MODELS[one.device.kind];
      if (one === undefined || model === undefined) throw new Error(`${name} is not paired`);
      const at = one.time();
      const payload = payloadOf(model, {
        fields,
        at,
        linkQuality: 60 + ((one.i * 37) % 140),
        batteryPct: 100 - ((one.i * 7) % 40),
      });
      return send(
        { link, journal, clock, wire: "zigbee2mqtt" },
        {
          device: one.device.id,
          address: name,
          kind,
          fields,
          deviceTimeMs: at,
          topic: `${base}/${name}`,
          payload,
          routine,
        },
      );
    },
    close: () => link.close(),
  };
}

const ONLINE = JSON.stringify({ state: "online" });
const OFFLINE = JSON.stringify({ state: "offline" });

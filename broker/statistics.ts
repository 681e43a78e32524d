import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";
import type { Reason } from "./reasons.ts";
import { REASONS } from "./reasons.ts";

/** Since the start, but for `clients` and `retained`, which are now. */
export interface BrokerStats {
  /** Clients with an identity. */
  clients: number;
  accepted: number;
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  bytesOut: number;
  /** Publishes that waited because their client was over its rate. */
  slowed: number;
  retained: number;
  readonly refused: Record<Reason, number>;
}

/** Counts as plain numbers, which is what the path of every message can afford; the registry reads them when it is asked. */
export function startStatistics(registry: Registry): BrokerStats {
  const stats: BrokerStats = {
    clients: 0,
    accepted: 0,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    slowed: 0,
    retained: 0,
    refused: Object.fromEntries(REASONS.map((reason) => [reason, 0])) as BrokerStats["refused"],
  };
  for (const [name, help, read] of gauges(stats)) {
    const collect = (): void => gauge.set(read());
    const gauge = new Gauge({ name: `anhu_broker_${name}`, help, registers: [registry], collect });
  }
  for (const [name, help, label, read] of counters(stats)) {
    const collect = (): void => {
      counter.reset();
      for (const [value, count] of Object.entries(read())) counter.inc({ [label]: value }, count);
    };
    const counter = new Counter({
      name: `anhu_broker_${name}_total`,
      help,
      labelNames: [label],
      registers: [registry],
      collect,
    });
  }
  return stats;
}

function gauges(stats: BrokerStats): readonly [string, string, () => number][] {
  return [
    ["clients", "Clients connected with an identity", () => stats.clients],
    ["retained", "Retained topics", () => stats.retained],
  ];
}

function counters(
  stats: BrokerStats,
): readonly [string, string, string, () => Record<string, number>][] {
  return [
    [
      "messages",
      "Messages from and to clients",
      "direction",
      () => ({ in: stats.messagesIn, out: stats.messagesOut }),
    ],
    [
      "payload_bytes",
      "Payload bytes from and to clients",
      "direction",
      () => ({ in: stats.bytesIn, out: stats.bytesOut }),
    ],
    [
      "events",
      "CONNECTs accepted, and publishes that waited for their client's rate",
      "event",
      () => ({ accepted: stats.accepted, slowed: stats.slowed }),
    ],
    ["refused", "What was refused or closed by the broker", "reason", () => stats.refused],
  ];
}

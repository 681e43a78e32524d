import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";

export interface ChannelMetrics {
  /** By channel and what became of a delivery: sent, retried, failed, cancelled, summarised. */
  readonly outcomes: Counter<"channel" | "outcome">;
  readonly timeToSend: Histogram<"channel">;
  /** By verb and what became of a command: done, refused, expired; of the verb `none` why a reply was not taken. */
  readonly commands: Counter<"verb" | "outcome">;
}

export function openChannelMetrics(registry: Registry): ChannelMetrics {
  const registers = [registry];
  return {
    outcomes: new Counter({
      name: "anhu_deliveries_total",
      help: "Deliveries by channel and what became of them; retried counts each try in vain",
      labelNames: ["channel", "outcome"],
      registers,
    }),
    timeToSend: new Histogram({
      name: "anhu_delivery_seconds",
      help: "Time from the notice to the far end's acceptance",
      labelNames: ["channel"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers,
    }),
    commands: new Counter({
      name: "anhu_commands_total",
      help: "Commands to gateways by verb and what became of them",
      labelNames: ["verb", "outcome"],
      registers,
    }),
  };
}

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { countIncidents } from "../store/reading.ts";
import type { Db } from "../store/schema.ts";

/** Response's own metrics. */
export interface OwnMetrics {
  readonly registry: Registry;
  /** Alert messages by what became of them (store/intake.ts, intake/bursts.ts). */
  readonly outcomes: Counter<"outcome">;
  readonly statusRefused: Counter<"reason">;
  /** How long a burst's transaction took, in seconds. */
  readonly commit: Histogram;
}

export function openMetrics(
  db: Db,
  gateways: () => { readonly total: number; readonly silent: number },
): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "anhu_" });
  const incidents: Gauge<"state"> = new Gauge({
    name: "anhu_incidents",
    help: "Incidents by state",
    labelNames: ["state"],
    registers,
    async collect() {
      for (const [state, n] of await countIncidents(db)) incidents.set({ state }, n);
    },
  });
  const watched: Gauge<"state"> = new Gauge({
    name: "anhu_gateways",
    help: "Gateways that are watched, and those that are silent",
    labelNames: ["state"],
    registers,
    collect() {
      const { total, silent } = gateways();
      watched.set({ state: "watched" }, total);
      watched.set({ state: "silent" }, silent);
    },
  });
  return {
    registry,
    outcomes: new Counter({
      name: "anhu_alert_messages_total",
      help: "Alert messages by what became of them",
      labelNames: ["outcome"],
      registers,
    }),
    statusRefused: new Counter({
      name: "anhu_status_refused_total",
      help: "Status messages that were not taken, by reason",
      labelNames: ["reason"],
      registers,
    }),
    commit: new Histogram({
      name: "anhu_alert_commit_seconds",
      help: "Time of the transaction that records a burst of alerts",
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
  };
}

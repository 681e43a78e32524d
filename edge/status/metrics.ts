/** What this gateway counts (prom-client, prefix `anhu_edge_`). */
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { OutboxStats } from "../outbox/index.ts";
import type { PipelineCount } from "../pipeline/model.ts";
import type { SenderEvent } from "../uplink/index.ts";

export interface EdgeMetrics {
  readonly registry: Registry;
  readonly pipeline: PipelineCount;
  /** Points, alerts and drops so far. */
  readonly totals: { points: number; alerts: number; dropped: number; resent: number };
  uplink(event: SenderEvent, by: number): void;
  outbox(stats: OutboxStats): void;
  line(id: string, isOpen: boolean): void;
  unheard(unheard: boolean): void;
}

/** One log line per wire and reason in so long: a noisy line must not fill the disk. */
const LOG_EVERY_MS = 10_000;

export function edgeMetrics({ clock, log }: { clock: Clock; log: Logger }): EdgeMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "anhu_edge_" });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `anhu_edge_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `anhu_edge_${name}`, help, labelNames, registers });

  const points = counter("points_total", "readings taken");
  const alerts = counter("alerts_total", "alerts raised, updated and cleared");
  const dropped = counter("dropped_total", "what was not stored", ["wire", "reason"]);
  const repeated = counter("repeated_total", "messages sent again", ["wire"]);
  const uplink = counter("uplink_total", "batches and alerts on their way", ["event"]);
  const waiting = gauge("outbox_waiting", "batches and alerts in the outbox", ["kind"]);
  const bytes = gauge("outbox_bytes", "bytes of readings in the outbox");
  const given = gauge("outbox_dropped", "lines that the outbox gave up", ["reason"]);
  const durable = gauge("outbox_on_disk", "1: the outbox is on the disk, 0: in memory");
  const lines = gauge("line_open", "1: the line is open", ["line"]);
  const unheard = gauge("unheard", "1: alerts are not reaching anybody");
  const totals = { points: 0, alerts: 0, dropped: 0, resent: 0 };
  const loggedAt = new Map<string, number>();

  return {
    registry,
    totals,
    pipeline: {
      dropped(wire, reason, by = 1) {
        if (by === 0) return;
        dropped.inc({ wire, reason }, by);
        totals.dropped += by;
        const key = `${wire} ${reason}`;
        const now = clock.monotonic();
        if (now - (loggedAt.get(key) ?? -Infinity) < LOG_EVERY_MS) return;
        loggedAt.set(key, now);
        log.warn({ wire, reason, by }, "not stored");
      },
      points(by) {
        points.inc(by);
        totals.points += by;
      },
      alerts(by) {
        alerts.inc(by);
        totals.alerts += by;
      },
      repeated: (wire) => repeated.inc({ wire }),
    },
    uplink(event, by) {
      uplink.inc({ event }, by);
      if (event === "resent") totals.resent += by;
    },
    outbox(stats) {
      waiting.set({ kind: "readings" }, stats.batches);
      waiting.set({ kind: "alerts" }, stats.alerts);
      bytes.set(stats.bytes);
      durable.set(stats.medium === "disk" ? 1 : 0);
      for (const [reason, lines_] of Object.entries(stats.dropped)) given.set({ reason }, lines_);
    },
    line: (line, isOpen) => lines.set({ line }, isOpen ? 1 : 0),
    unheard: (is) => unheard.set(is ? 1 : 0),
  };
}

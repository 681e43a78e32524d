import type { Registry } from "prom-client";
import { Counter, Gauge, Histogram } from "prom-client";

export interface IngestMetrics {
  /** By what became of it: stored, partly, refused, busy, or the code for which the whole batch was refused. */
  readonly batches: Counter<"outcome">;
  /** stored, or the code for which a line was refused. */
  readonly lines: Counter<"outcome">;
  readonly unsentAcks: Counter;
  readonly lostDeadLetters: Counter;
  readonly queueBytes: Gauge;
  readonly writeSeconds: Histogram;
}

export function ingestMetrics(registry: Registry): IngestMetrics {
  const registers = [registry];
  return {
    batches: new Counter({
      name: "anhu_ingest_batches_total",
      help: "Batches of readings by what became of them",
      labelNames: ["outcome"],
      registers,
    }),
    lines: new Counter({
      name: "anhu_ingest_lines_total",
      help: "Lines of readings: stored, or the code they were refused for",
      labelNames: ["outcome"],
      registers,
    }),
    unsentAcks: new Counter({
      name: "anhu_ingest_unsent_acks_total",
      help: "Acks that the broker was not there for; the gateway sends again",
      registers,
    }),
    lostDeadLetters: new Counter({
      name: "anhu_ingest_lost_dead_letters_total",
      help: "Dead letters that the disk did not take",
      registers,
    }),
    queueBytes: new Gauge({
      name: "anhu_ingest_queue_bytes",
      help: "Readings received and not yet answered",
      registers,
    }),
    writeSeconds: new Histogram({
      name: "anhu_ingest_write_seconds",
      help: "Time of a write to the store",
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    }),
  };
}

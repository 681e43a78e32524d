/** Ingest as a process: `node ingest/main.ts` or `anhu run ingest`. */
import { failureOf, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { systemClock, within } from "@anhu/core/time";
import { pino } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import { readConfig } from "./config.ts";
import type { Ingest } from "./index.ts";
import { openStore, startIngest } from "./index.ts";

const CANNOT_START = 3;
const REPORT_MS = 5000;
/** Ready means that readings can arrive; without a broker ingest is ready to wait for it. */
const READY_MS = 5000;

async function main(): Promise<void> {
  const log = pino({ name: "ingest" });
  // The parent is gone, however it died. What was not acknowledged is sent again.
  process.once("disconnect", () => process.exit(0));
  try {
    const clock = systemClock();
    const config = readConfig(process.env, clock);
    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics, prefix: "anhu_ingest_" });
    const store = await openStore(config.store);
    const ingest = startIngest({
      ...config,
      store,
      clock,
      random: Math.random,
      metrics,
      warn: (what, text) => log.warn(what, text),
    });
    const stop = (): void => void ingest.close().finally(() => process.exit(0));
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
    await within(clock, READY_MS, ingest.subscribed());
    process.send?.({ ready: true, service: "ingest", ports: [] });
    log.info({ store: store.name }, "ready");
    scheduleReport({ ingest, metrics, clock });
  } catch (thrown) {
    log.fatal({ err: thrown }, messageOf(thrown));
    if (process.send === undefined) process.exit(CANNOT_START);
    process.send(failureOf(thrown), () => process.exit(CANNOT_START));
  }
}

interface Reported {
  readonly ingest: Ingest;
  readonly metrics: Registry;
  readonly clock: Clock;
}

/** Tells the parent every 5 s how it goes. */
function scheduleReport(reported: Reported): void {
  reported.clock.after(REPORT_MS, () => {
    void report(reported).then(() => scheduleReport(reported));
  });
}

async function report({ ingest, metrics }: Reported): Promise<void> {
  const message = { parts: await ingest.health(), metrics: await metrics.metrics() };
  if (process.connected) process.send?.({ type: "health", service: "ingest", ...message });
}

if (import.meta.main) await main();

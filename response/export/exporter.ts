/**
 * Writes what response did to the readings store, so that boards can show it. It runs beside everything else and nobody waits for it: a store
 * that is slow or away only makes the boards late; the ledger keeps what is to be written.
 *
 *   bell or 5 s -> each feed: next batch -> store --stored--> cursor
 *                                            +---- a line's fault: each line alone; the bad ones are counted and left out
 *                                            +---- not stored: again after 1 s, 2 s, ... 60 s, for ever
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import { Counter } from "prom-client";
import type { Registry } from "prom-client";
import type { RuleBook } from "../incidents/model.ts";
import type { Bell } from "../store/bell.ts";
import type { Db } from "../store/schema.ts";
import type { Batch, Feed } from "./feeds.ts";
import { deliveryFeed, incidentFeed } from "./feeds.ts";
import type { PointsStore } from "./influx.ts";

export interface ExporterOptions {
  readonly db: Db;
  readonly store: PointsStore;
  readonly rules: RuleBook;
  readonly changes: Bell;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
}

export interface Exporter {
  /** Why the last write did not work; null when it did. */
  trouble(): string | null;
  close(): Promise<void>;
}

/** Between two looks, however often the bell rings. */
const PACE_MS = 1_000;
/** A delivery's state changes without the bell. */
const LOOK_MS = 5_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;

export function openExporter(options: ExporterOptions): Exporter {
  const { db, store, rules, changes, clock, log } = options;
  const feeds: readonly Feed[] = [incidentFeed(db, rules), deliveryFeed(db, () => clock.wall())];
  const metrics = openMetrics(options.registry);
  let trouble: string | null = null;
  let retryMs = RETRY_FIRST_MS;
  let closed = false;
  let wake = (): void => {};
  const running = run();

  async function run(): Promise<void> {
    for (;;) {
      if (closed) return;
      const heard = changes.rings;
      const { stored, more } = await look();
      if (more) continue;
      await pause(stored ? PACE_MS : retryMs);
      retryMs = stored ? RETRY_FIRST_MS : Math.min(retryMs * 2, RETRY_MOST_MS);
      if (stored && !closed) {
        const closing = new Promise<void>((resolve) => (wake = resolve));
        await Promise.race([changes.wait(heard, LOOK_MS), closing]);
      }
    }
  }

  /** One batch of each feed. What fails is left as it was and tried again. */
  async function look(): Promise<{ stored: boolean; more: boolean }> {
    let more = false;
    try {
      for (const feed of feeds) {
        const batch = await feed.next();
        if (batch === undefined) continue;
        const detail = await write(batch);
        if (detail !== null) return failed(detail);
        more ||= batch.more;
      }
    } catch (thrown) {
      return failed(messageOf(thrown));
    }
    if (trouble !== null) log.info("boards: written again");
    trouble = null;
    return { stored: true, more };
  }

  function failed(detail: string): { stored: false; more: false } {
    if (trouble === null && !closed) log.warn({ reason: detail }, "boards: not written");
    trouble = detail;
    return { stored: false, more: false };
  }

  /** Why the batch is not stored; null when it is, but for lines at fault. */
  async function write({ lines, stored }: Batch): Promise<string | null> {
    if (lines.length > 0) {
      const answer = await store.write(lines);
      if (answer.answer === "unavailable") return answer.detail;
      if (answer.answer === "lines") {
        const detail = await writeEach(lines);
        if (detail !== null) return detail;
      } else metrics.points.inc(lines.length);
    }
    await stored();
    return null;
  }

  /** A line that is written twice is the same point. */
  async function writeEach(lines: readonly string[]): Promise<string | null> {
    for (const line of lines) {
      const answer = await store.write([line]);
      if (answer.answer === "unavailable") return answer.detail;
      if (answer.answer === "stored") {
        metrics.points.inc();
        continue;
      }
      metrics.refused.inc({ reason: answer.code });
      log.error({ reason: answer.code, detail: answer.detail, line }, "boards: a point is refused");
    }
    return null;
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
      if (closed) wake();
    });
  }

  return {
    trouble: () => trouble,
    async close() {
      closed = true;
      store.close();
      wake();
      await running;
    },
  };
}

function openMetrics(registry: Registry): {
  readonly points: Counter;
  readonly refused: Counter<"reason">;
} {
  const registers = [registry];
  return {
    points: new Counter({
      name: "anhu_export_points_total",
      help: "Incident and delivery points that the readings store took",
      registers,
    }),
    refused: new Counter({
      name: "anhu_export_refused_total",
      help: "Incident and delivery points that the readings store refused for good, by reason",
      labelNames: ["reason"],
      registers,
    }),
  };
}

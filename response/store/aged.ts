/**
 * Deliveries and commands, and of closed incidents the calls and messages, are kept for more than a year, then they go in small steps; what
 * became of them stays in the ledger.
 *
 *   every 10 min: of the oldest STEP rows by position those that are done and older than KEPT_MS; then some closed incidents (aged-incidents.ts)
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import { Counter } from "prom-client";
import type { Registry } from "prom-client";
import { dropOfClosed } from "./aged-incidents.ts";
import type { DeliveriesTable, CommandsTable, Db } from "./schema.ts";

const DAY_MS = 86_400_000;
/** assumption: fire records are kept for a year at least, and an inspection asks for the one before it. */
export const KEPT_MS = 400 * DAY_MS;
/** Few at a time: no alarm waits for the deletion, and a clock that is wrong costs little until somebody sees it. */
const STEP = 500;
const EVERY_MS = 600_000;

const DELIVERIES_DONE: readonly DeliveriesTable["state"][] = [
  "sent",
  "delivered",
  "failed",
  "cancelled",
  "summarised",
];
const COMMANDS_DONE: readonly CommandsTable["state"][] = ["done", "refused", "expired"];

export interface AgedOptions {
  readonly db: Db;
  readonly clock: Clock;
  /** Response's steady time, ms: a wall clock that steps ahead makes nothing old. */
  readonly steady: () => number;
  readonly log: Logger;
  readonly registry: Registry;
}

/** Begins with the first step in 10 min, not at the start. */
export function openAged(options: AgedOptions): { close(): Promise<void> } {
  const { db, clock, log } = options;
  const dropped = new Counter({
    name: "anhu_rows_aged_total",
    help: "Rows that were kept long enough, by table",
    labelNames: ["table"],
    registers: [options.registry],
  });
  let running: Promise<void> | null = null;
  let cancel = clock.after(EVERY_MS, next);
  let closed = false;
  let after = 0;

  function next(): void {
    running = step().finally(() => {
      running = null;
      if (!closed) cancel = clock.after(EVERY_MS, next);
    });
  }

  async function step(): Promise<void> {
    try {
      const before = Math.min(clock.wall(), options.steady()) - KEPT_MS;
      const { after: to, ...ofClosed } = await dropOfClosed(db, { before, after });
      after = to;
      const gone = { ...(await dropAged(db, before)), ...ofClosed };
      for (const [table, rows] of Object.entries(gone)) dropped.inc({ table }, rows);
    } catch (thrown) {
      log.warn({ reason: messageOf(thrown) }, "old rows not deleted");
    }
  }

  return {
    async close() {
      closed = true;
      cancel();
      await running;
    },
  };
}

/** Deletes what is done and was made before, UTC ms, among the oldest rows. Gives how many went. */
async function dropAged(
  db: Db,
  before: number,
): Promise<{ readonly deliveries: number; readonly commands: number }> {
  const deliveries = await db
    .deleteFrom("deliveries")
    .where("position", "in", (eb) =>
      eb.selectFrom("deliveries").select("position").orderBy("position").limit(STEP),
    )
    .where("created_at", "<", before)
    .where("state", "in", DELIVERIES_DONE)
    .executeTakeFirst();
  const commands = await db
    .deleteFrom("commands")
    .where("position", "in", (eb) =>
      eb.selectFrom("commands").select("position").orderBy("position").limit(STEP),
    )
    .where("created_at", "<", before)
    .where("state", "in", COMMANDS_DONE)
    .executeTakeFirst();
  return {
    deliveries: Number(deliveries.numDeletedRows),
    commands: Number(commands.numDeletedRows),
  };
}

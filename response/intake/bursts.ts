/**
 * Alerts wait here for the transaction before theirs, and then share the next one:
 *
 *   admit -> [ queue, at most 1,000 ] -> record up to 100 in one transaction -> answers are due (outbox)
 *                    | full                        | the database fails: each alone; what fails alone
 *                    +-----------------------------+--> busy, the gateway keeps it
 *
 * After two failures alone the database itself is in trouble: the rest of the burst is not tried, for each try can wait for a lock.
 */
import { messageOf } from "@anhu/core/errors";
import type { Logger } from "pino";
import type { Counter } from "prom-client";
import type { Intake, Outcome } from "../store/intake.ts";

const QUEUE = 1_000;
const BURST = 100;
const BUSY_MS = 2_000;
const LONE_FAILURES = 2;

export interface BurstsOptions {
  readonly record: (intakes: readonly Intake[]) => Promise<readonly Outcome[]>;
  /** After a commit: answers are due, readers have something new. */
  readonly committed: () => void;
  /** Asks a gateway to send again later; best effort, as its own patience does the same. */
  readonly busy: (intake: Intake, busyMs: number) => void;
  readonly log: Logger;
  readonly outcomes: Counter<"outcome">;
}

export interface Bursts {
  take(intake: Intake): void;
  /** Resolves when everything taken so far is recorded or was answered busy. */
  idle(): Promise<void>;
  /** Why the last transaction failed; null when it did not. */
  trouble(): string | null;
}

export function openBursts(options: BurstsOptions): Bursts {
  const { record, committed, busy, log, outcomes } = options;
  const queue: Intake[] = [];
  let running: Promise<void> | null = null;
  let trouble: string | null = null;

  function count(outcome: Outcome | "busy_full" | "busy_failed"): void {
    outcomes.inc({ outcome });
  }

  async function attempt(burst: readonly Intake[]): Promise<void> {
    const results = await record(burst);
    trouble = null;
    for (const outcome of results) count(outcome);
    committed();
  }

  async function attemptEach(burst: readonly Intake[]): Promise<void> {
    let failures = 0;
    for (const intake of burst) {
      try {
        if (failures < LONE_FAILURES) {
          await attempt([intake]);
          continue;
        }
      } catch (thrown) {
        failures += 1;
        trouble = messageOf(thrown);
        log.error({ err: thrown, address: intake.address, ack: intake.ack }, "alert not recorded");
      }
      count("busy_failed");
      busy(intake, BUSY_MS);
    }
  }

  async function drain(): Promise<void> {
    for (let burst = queue.splice(0, BURST); burst.length > 0; burst = queue.splice(0, BURST)) {
      try {
        await attempt(burst);
      } catch (thrown) {
        // One bad message must not hold up the others of its burst.
        log.warn({ err: thrown, size: burst.length }, "burst not recorded, trying each alone");
        await attemptEach(burst);
      }
    }
    running = null;
  }

  return {
    take(intake) {
      if (queue.length >= QUEUE) {
        count("busy_full");
        busy(intake, BUSY_MS);
        return;
      }
      queue.push(intake);
      // The microtask lets what arrived in the same turn share the transaction.
      running ??= Promise.resolve().then(drain);
    },
    idle: () => running ?? Promise.resolve(),
    trouble: () => trouble,
  };
}

/**
 * Looks at every escalation when it is due. The times stand in the database, so nothing is forgotten by a crash; a wake only makes it sooner.
 *
 *   due rows, at most 20 --each in its own transaction--> look     sleep until the next is due, at most 1 s
 *                            | fails                        ^
 *                            +--> put off 1, 2, 4 ... 10 s -+       every 10 s the watchdog looks for what has no timer
 */
import { setImmediate } from "node:timers/promises";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Counter } from "prom-client";
import type { HealthPart } from "../health/health.ts";
import { dueEscalations, hasten, nextDue, postpone } from "../store/escalations.ts";
import type { Due } from "../store/escalations.ts";
import type { Db } from "../store/schema.ts";
import { look } from "./look.ts";
import type { People } from "./look.ts";
import { repairLost } from "./watchdog.ts";

/** A fire that comes meanwhile waits for no more than these. */
const TURN = 20;
const SLEEP_MS = 1_000;
const WATCH_MS = 10_000;
/** A loop that has not come round for so long is down. */
const STUCK_MS = 10_000;
const BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 10_000;
/** Incidents whose failures are counted. At the bound all counts begin anew: they are only put off less. */
const FAILING = 10_000;

export interface LoopOptions extends People {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  /** After a commit: deliveries are due, readers have something new. */
  readonly committed: () => void;
  /** Work that is due by the clock as well, once a turn (duty checks). */
  readonly also: () => Promise<void>;
  readonly failures: Counter;
  readonly repaired: Counter;
}

interface Failing {
  readonly tries: number;
  /** When it is looked at again. */
  readonly againSteady: number;
}

export interface Loop {
  /** Something may be due. */
  wake(): void;
  /** Files of facilities have changed: every live incident is looked at, for who is on duty may be somebody else. */
  facilitiesChanged(): void;
  /** Resolves when nothing is being looked at and nothing more is due. */
  idle(): Promise<void>;
  health(): HealthPart;
  close(): Promise<void>;
}

export function openLoop(options: LoopOptions): Loop {
  const { db, clock, log, steady } = options;
  const failing = new Map<string, Failing>();
  let cancel = (): void => {};
  let running: Promise<void> | null = null;
  let woken = true;
  const life = { closed: false };
  /** How often files have changed, and up to which change the incidents were made due. */
  let filesChanged = 0;
  let filesSeen = 0;
  let trouble: string | null = null;
  let turnedAt: number = clock.monotonic();
  let watchedAt = Number.NEGATIVE_INFINITY;

  async function lookAt(due: Due): Promise<void> {
    try {
      const written = await db.transaction().execute((tx) => look(tx, due, options));
      failing.delete(due.incident);
      if (written) options.committed();
    } catch (thrown) {
      options.failures.inc();
      trouble = `${due.incident}: ${messageOf(thrown)}`;
      log.error({ err: thrown, incident: due.incident }, "escalation failed, tried again");
      await putOff(due);
    }
  }

  /** One that fails must not stand before the others. */
  async function putOff({ incident }: Due): Promise<void> {
    if (failing.size >= FAILING) failing.clear();
    const tries = (failing.get(incident)?.tries ?? 0) + 1;
    const delayMs = Math.min(BACKOFF_MS * 2 ** (tries - 1), BACKOFF_MAX_MS);
    const againSteady = steady.now() + delayMs;
    failing.set(incident, { tries, againSteady });
    await postpone(db, incident, againSteady);
  }

  /** What was not due at its time is over, or somebody's answer has brought it up to now: it fails no more. */
  function forget(due: readonly Due[], nowSteady: number): void {
    const known = new Set(due.map(({ incident }) => incident));
    for (const [incident, { againSteady }] of failing) {
      if (againSteady <= nowSteady && !known.has(incident)) failing.delete(incident);
    }
  }

  /** Gives how long nothing is due. */
  async function turn(): Promise<number> {
    const files = filesChanged;
    if (files !== filesSeen) await hasten(db, steady.now());
    filesSeen = files;
    const nowSteady = steady.now();
    const due = await dueEscalations(db, nowSteady, TURN);
    if (due.length < TURN) forget(due, nowSteady);
    if (due.length === 0 && failing.size === 0) trouble = null;
    for (const one of due) {
      if (life.closed) break;
      await lookAt(one);
    }
    await beside("duty checks", options.also);
    if (clock.monotonic() - watchedAt >= WATCH_MS) {
      watchedAt = clock.monotonic();
      await beside("watchdog", () => repairLost(options));
      await steady.keep(db);
    }
    const next = await nextDue(db);
    return next === null ? SLEEP_MS : Math.min(Math.max(next - steady.now(), 0), SLEEP_MS);
  }

  /** What fails beside the looks holds up none of them. */
  async function beside(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      options.failures.inc();
      trouble = `${what}: ${messageOf(thrown)}`;
      log.error({ err: thrown }, `${what} failed, tried again`);
    }
  }

  async function run(): Promise<void> {
    while (woken && !life.closed) {
      woken = false;
      let sleepMs = SLEEP_MS;
      try {
        sleepMs = await turn();
        turnedAt = clock.monotonic();
      } catch (thrown) {
        options.failures.inc();
        trouble = messageOf(thrown);
        log.error({ err: thrown }, "escalations not looked through");
      }
      // Whatever else this process does has its turn too.
      if (sleepMs === 0) woken = true;
      else cancel = clock.after(sleepMs, wake);
      await setImmediate();
    }
    running = null;
  }

  function wake(): void {
    if (life.closed) return;
    woken = true;
    cancel();
    running ??= run();
  }

  wake();
  return {
    wake,
    facilitiesChanged() {
      filesChanged += 1;
      wake();
    },
    idle: () => running ?? Promise.resolve(),
    health() {
      const stuckMs = clock.monotonic() - turnedAt;
      if (stuckMs > STUCK_MS) {
        const detail = `no turn for ${Math.round(stuckMs / 1000)} s${trouble === null ? "" : `: ${trouble}`}`;
        return { status: "down", detail };
      }
      return trouble === null
        ? { status: "ok", detail: "" }
        : { status: "degraded", detail: trouble };
    },
    async close() {
      life.closed = true;
      cancel();
      await running;
      await steady.keep(db);
    },
  };
}

/**
 * The durable queue of deliveries: rows of the store, looked through whenever something was recorded.
 *
 *   notify --commit--> queued --take--> sending --send--> settle: sent | queued again | failed
 *                        |                 ^
 *          more than 5 ->+ summarised      +--- a start finds it and sends it again, under the same id
 *
 * A process that ends between any two steps loses nothing: what is committed goes on from there, and what was handed over without an answer
 * is handed over again.
 */
import { messageOf } from "@anhu/core/errors";
import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import { LATE, within } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Counter, Histogram } from "prom-client";
import type { Bell } from "../store/bell.ts";
import { bursts, dueDeliveries, nextTry, requeueSending } from "../store/deliveries.ts";
import type { DeliveryRow, DueDelivery } from "../store/deliveries.ts";
import type { Db } from "../store/schema.ts";
import type { Channel, Delivery, Outcome } from "./channel.ts";
import { CONSOLE, kindOf, reachesOf } from "./reach.ts";
import type { Reach } from "./reach.ts";
import type { ReachedHooks } from "./reached.ts";
import { settle } from "./settle.ts";
import { PER_PERSON, Slots } from "./slots.ts";
import type { Place } from "./slots.ts";
import { BURST, summarise } from "./summary.ts";
import { take } from "./take.ts";
import { toldOf } from "./told.ts";

/** Due deliveries that are read at once, the gravest and oldest. */
const LOOK = 500;
/** As long as there are more, a look reads on behind those that have no slot: 2,000 in all. The others wait for these. */
const PAGES = 4;
const LOOK_EVERY_MS = 1_000;
/** A transaction that fails (a full disk) is not tried without a pause. */
const AFTER_FAILURE_MS = 500;
/** What is still in flight when the service stops is sent again at the next start. */
const CLOSE_WITHIN_MS = 1_000;

export interface QueueOptions extends ReachedHooks {
  readonly db: Db;
  readonly channels: readonly Channel[];
  readonly facility: (id: string) => Facility | undefined;
  /** Rings when something was recorded; rung when a delivery changed. */
  readonly changes: Bell;
  readonly clock: Clock;
  /** Whole milliseconds that neither step nor go back, also over restarts. */
  readonly steady: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** An outcome was committed. */
  readonly settled: () => void;
  readonly log: Logger;
  readonly outcomes: Counter<"channel" | "outcome">;
  /** Seconds from the notice to the far end's acceptance. */
  readonly timeToSend: Histogram<"channel">;
}

export interface Queue {
  /** Why the last look at the store failed; null: it did not. */
  trouble(): string | null;
  /** Resolves within a second: deliveries in flight are left, and sent again at the next start. */
  close(): Promise<void>;
}

/** Puts back what was in flight when the process ended, and begins to send. */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { db, changes, clock, log, outcomes } = options;
  const channels = new Map(options.channels.map((channel) => [channel.kind, channel]));
  const slots = new Slots();
  const flying = new Set<Promise<void>>();
  /** `closed`: nothing is begun any more; `ended`: nor written. */
  const life = { closed: false, ended: false };
  let trouble: string | null = null;

  const again = await requeueSending(db, clock.wall());
  if (again > 0) log.warn({ deliveries: again }, "in flight at the last end: sent again");
  const running = run();

  async function run(): Promise<void> {
    while (!life.closed) {
      // Before the look: what is recorded during it is not waited for.
      const heard = changes.rings;
      const waitMs = await look();
      if (!life.closed) await changes.wait(heard, waitMs);
    }
  }

  /** Sends what is due and has a slot. Gives how long nothing will be due unless something is recorded. */
  async function look(): Promise<number> {
    try {
      let due = await dueBehind(0);
      // After the look, so that no burst is looked over; what it takes in is not due any more.
      if (await summariseBursts()) due = await dueBehind(0);
      await startAll(due);
      trouble = null;
      const next = await nextTry(db);
      const waitMs = next === null ? LOOK_EVERY_MS : next - options.steady();
      // What is due and has no slot waits for a flight to end, which rings.
      return waitMs <= 0 ? LOOK_EVERY_MS : Math.min(waitMs, LOOK_EVERY_MS);
    } catch (thrown) {
      trouble = messageOf(thrown);
      log.error({ err: thrown }, "deliveries not looked through");
      return AFTER_FAILURE_MS;
    }
  }

  /** Behind so many that are due and have no slot. */
  function dueBehind(offset: number): Promise<DueDelivery[]> {
    const bounds = { perPerson: PER_PERSON, offset, limit: LOOK };
    return dueDeliveries(db, { steady: options.steady(), ...bounds });
  }

  /** What goes to a far end that hangs must not hide what goes elsewhere. */
  async function startAll(first: readonly DueDelivery[]): Promise<void> {
    let waiting = first.length - (await start(first));
    let read = first.length;
    for (let page = 1; page < PAGES && read === LOOK && !life.closed; page += 1) {
      const due = await dueBehind(waiting);
      waiting += due.length - (await start(due));
      read = due.length;
    }
  }

  /** True when there was one. */
  async function summariseBursts(): Promise<boolean> {
    const found = await bursts(db, BURST);
    for (const of of found) {
      const rows = await db.transaction().execute((tx) => summarise(tx, of, clock.wall()));
      for (const row of rows) count(kindOf(row), "summarised");
    }
    return found.length > 0;
  }

  /** Gives how many of them are not due any more. */
  async function start(due: readonly DueDelivery[]): Promise<number> {
    const picked = new Map<string, Place>();
    for (const delivery of due) {
      const place = placeOf(delivery);
      if (slots.take(place)) picked.set(delivery.id, place);
    }
    if (picked.size === 0) return 0;
    const started = new Set<string>();
    try {
      const ids = [...picked.keys()];
      const result = await db.transaction().execute((tx) => take(tx, ids, clock.wall()));
      for (const row of result.cancelled) count(kindOf(row), "cancelled");
      if (result.cancelled.length > 0) changes.ring();
      const taken = new Map(result.taken.map((row) => [row.id, row]));
      // In the order of their turns.
      for (const [id, place] of picked) {
        const row = taken.get(id);
        if (row === undefined) continue;
        started.add(row.id);
        fly(row, place);
      }
      return result.taken.length + result.cancelled.length;
    } finally {
      for (const [id, place] of picked) if (!started.has(id)) slots.release(place);
    }
  }

  function fly(row: DeliveryRow, place: Place): void {
    const flight = send(row)
      .then((outcome) => land(row, outcome))
      .finally(() => {
        slots.release(place);
        flying.delete(flight);
        changes.ring();
        options.settled();
      });
    flying.add(flight);
  }

  async function send(row: DeliveryRow): Promise<Outcome> {
    const reach = reachOf(row);
    const channel = channels.get(reach?.kind ?? "");
    if (reach === undefined || channel === undefined) {
      return { result: "failed", reason: "no_address", blame: "person" };
    }
    try {
      return await channel.send(deliveryOf(row, reach));
    } catch (thrown) {
      log.error({ err: thrown, delivery: row.id, channel: row.channel }, "a channel has failed");
      return { result: "retry", reason: "channel_error", blame: "channel" };
    }
  }

  /** Writes the outcome. What cannot be written is tried again: the far end has its answer already. */
  async function land(row: DeliveryRow, outcome: Outcome): Promise<void> {
    const kind = kindOf(row);
    while (!life.ended) {
      const now = clock.wall();
      const known = {
        row,
        kind,
        outcome,
        now,
        nowSteady: options.steady(),
        random: options.random(),
      };
      try {
        const settled = await db.transaction().execute((tx) => settle(tx, known, options));
        count(kind, settled);
        if (settled === "sent") {
          options.timeToSend.observe({ channel: kind }, Math.max(0, now - row.created_at) / 1000);
        } else {
          const { id, channel, attempts } = row;
          const reason = outcome.result === "sent" ? null : outcome.reason;
          log.warn({ delivery: id, channel, attempts, reason }, `delivery ${settled}`);
        }
        return;
      } catch (thrown) {
        trouble = messageOf(thrown);
        log.error({ err: thrown, delivery: row.id }, "the outcome of a delivery is not recorded");
        await new Promise<void>((resolve) => clock.after(AFTER_FAILURE_MS, resolve));
      }
    }
  }

  function placeOf(of: DueDelivery): Place {
    const reach = reachOf(of);
    const channel = channels.get(reach?.kind ?? "");
    const { facility, person, severity } = of;
    return {
      kind: kindOf(of),
      target:
        channel === undefined || reach === undefined
          ? ""
          : channel.target({ facility, person, address: reach.address }),
      person: `${facility}/${person}/${of.channel}`,
      severity,
    };
  }

  function reachOf({ facility, person, channel }: DueDelivery): Reach | undefined {
    if (channel === "console") return CONSOLE;
    if (channel === "siren") return { channel, kind: channel, address: "" };
    return reachesOf(options.facility(facility), person).find((reach) => reach.channel === channel);
  }

  function count(channel: string, outcome: string): void {
    outcomes.inc({ channel, outcome });
  }

  return {
    trouble: () => trouble,
    async close() {
      life.closed = true;
      changes.ring();
      await running;
      const left = await within(clock, CLOSE_WITHIN_MS, Promise.all(flying));
      life.ended = true;
      if (left === LATE) log.warn({ deliveries: flying.size }, "in flight: sent again next time");
      await Promise.all(options.channels.map((channel) => channel.close()));
    },
  };
}

function deliveryOf(row: DeliveryRow, { address }: Reach): Delivery {
  const { id, facility, incident, person, role, channel, purpose, severity } = row;
  return {
    id,
    facility,
    incident,
    person,
    role,
    channel,
    purpose,
    severity,
    drill: row.drill === 1,
    createdAt: row.created_at,
    address,
    told: toldOf(row),
  };
}

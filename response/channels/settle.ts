/**
 * What an answer of a far end means, written in one transaction:
 *
 *   sent    -> the person is reached (reached.ts)
 *   retry   -> queued until its next try; after the second in vain the channel behind it goes too
 *   failed, or tries used up -> the channel behind it goes, and this way is a trouble
 *   whatever, once the person's device has shown it -> nothing
 */
import { membersOf, moveDelivery, releaseNext } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import { openLogs } from "../store/log.ts";
import type { Logs } from "../store/log.ts";
import type { Tx } from "../store/schema.ts";
import type { Outcome } from "./channel.ts";
import { endTroubles, reached } from "./reached.ts";
import type { Moment, ReachedHooks } from "./reached.ts";
import { nextTryMs, TRIES } from "./retry.ts";
import { raiseTrouble } from "./trouble.ts";

export interface Settlement extends Moment {
  readonly row: DeliveryRow;
  readonly kind: string;
  readonly outcome: Outcome;
  /** At least 0, below 1. */
  readonly random: number;
}

/** The label of the metric. `shown`: the person's device showed it before; what the far end said then changes nothing. */
export type Settled = "sent" | "retried" | "failed" | "shown";

/** assumption: one try in vain may be chance; after two another way is taken beside this one. */
const RELEASE_AFTER = 2;

export async function settle(
  tx: Tx,
  settlement: Settlement,
  hooks: ReachedHooks,
): Promise<Settled> {
  const { row, outcome, now } = settlement;
  // The log's head before the delivery, like everybody who writes about both: a receipt that comes now must not wait for us in a ring.
  const logs = await openLogs(tx, [row.facility], now);
  const result = await settleIn(tx, { ...settlement, logs }, hooks);
  await logs.flush();
  if (outcome.result === "sent") await endTroubles(tx, settlement, hooks);
  if (result === "failed" && outcome.result !== "sent") {
    const alert = await raiseTrouble(tx, { ...row, kind: settlement.kind }, { ...outcome, now });
    if (alert !== null) await hooks.recordAlert(tx, alert, settlement);
  }
  return result;
}

type Settling = Settlement & { readonly logs: Logs };

async function settleIn(tx: Tx, settling: Settling, hooks: ReachedHooks): Promise<Settled> {
  const { row, outcome, now } = settling;
  if (outcome.result === "sent") return settleSent(tx, settling, hooks);
  const told = row.purpose === "summary" ? await membersOf(tx, row.id) : [row];
  if (outcome.result === "retry" && row.attempts < TRIES) {
    if (!(await waitForNextTry(tx, settling, outcome.afterMs))) return "shown";
    if (row.attempts >= RELEASE_AFTER) await releaseAll(tx, told, now);
    return "retried";
  }
  const { reason } = outcome;
  const set = { state: "failed", reason, changed_at: now } as const;
  if (!(await moveDelivery(tx, row.id, { from: ["sending"], set }))) return "shown";
  await releaseAll(tx, told, now);
  note(told, { ...settling, type: "delivery_failed", data: { reason } });
  return "failed";
}

async function settleSent(tx: Tx, settling: Settling, hooks: ReachedHooks): Promise<Settled> {
  const { row, now } = settling;
  const set = { state: "sent", reason: null, sent_at: now, changed_at: now } as const;
  const isFirst = await moveDelivery(tx, row.id, { from: ["sending"], set });
  const told = await reached(tx, settling, hooks);
  note(told, { ...settling, type: "delivery_sent", data: {} });
  return isFirst ? "sent" : "shown";
}

async function waitForNextTry(
  tx: Tx,
  { row, outcome, now, nowSteady, random }: Settlement,
  afterMs: number | undefined,
): Promise<boolean> {
  const reason = outcome.result === "sent" ? null : outcome.reason;
  const next_steady = nowSteady + nextTryMs({ attempts: row.attempts, afterMs, random });
  const set = { state: "queued", reason, next_steady, changed_at: now } as const;
  return moveDelivery(tx, row.id, { from: ["sending"], set });
}

async function releaseAll(tx: Tx, told: readonly DeliveryRow[], now: number): Promise<void> {
  for (const row of told) await releaseNext(tx, row, now);
}

/** What became of a message about an incident is part of its history. */
function note(
  rows: readonly DeliveryRow[],
  what: {
    readonly logs: Logs;
    readonly type: string;
    readonly data: Readonly<Record<string, string>>;
  },
): void {
  for (const { id, facility, incident, person, channel, purpose } of rows) {
    if (incident === null) continue;
    const data = { incident, delivery: id, person, channel, purpose, ...what.data };
    what.logs.append(facility, { actor: "response", type: what.type, data }, incident);
  }
}

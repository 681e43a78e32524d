/**
 * What an answer of a far end means, written in one transaction:
 *
 *   sent    -> the call is sent, the channels behind it are not needed, a trouble of this way is over
 *   retry   -> queued until its next try; after the second in vain the channel behind it goes too
 *   failed, or tries used up -> the channel behind it goes, and this way is a trouble
 */
import type { AlertIntake } from "../store/intake.ts";
import { cancelHeld, membersOf, moveDelivery, releaseNext } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import { openLogs } from "../store/log.ts";
import type { Tx } from "../store/schema.ts";
import type { Outcome } from "./channel.ts";
import { nextTryMs, TRIES } from "./retry.ts";
import { clearTroubles, raiseTrouble } from "./trouble.ts";

/** What others do when a delivery's fate is known, within the same transaction. */
export interface SettleHooks {
  /** A far end accepted a call: the first time, and each time after it. */
  readonly callSent: (tx: Tx, call: { readonly id: string; readonly at: number }) => Promise<void>;
  readonly recordAlert: (tx: Tx, alert: AlertIntake, at: Moment) => Promise<unknown>;
}

/** Response's wall clock, UTC ms, and its steady time. */
export interface Moment {
  readonly now: number;
  readonly nowSteady: number;
}

export interface Settlement extends Moment {
  readonly row: DeliveryRow;
  readonly kind: string;
  readonly outcome: Outcome;
  /** At least 0, below 1. */
  readonly random: number;
}

/** The label of the metric. */
export type Settled = "sent" | "retried" | "failed";

/** assumption: one try in vain may be chance; after two another way is taken beside this one. */
const RELEASE_AFTER = 2;

export async function settle(tx: Tx, settlement: Settlement, hooks: SettleHooks): Promise<Settled> {
  const { row, outcome } = settlement;
  // The log's head before the delivery, like everybody who writes about both: a receipt that comes now must not wait for us in a ring.
  await openLogs(tx, [row.facility], settlement.now);
  const told = row.purpose === "summary" ? await membersOf(tx, row.id) : [row];
  if (outcome.result === "sent") {
    await settleSent(tx, { ...settlement, told }, hooks);
    return "sent";
  }
  const again = outcome.result === "retry" && row.attempts < TRIES;
  if (again) {
    await waitForNextTry(tx, settlement, outcome.afterMs);
    if (row.attempts >= RELEASE_AFTER) await releaseAll(tx, told, settlement.now);
    return "retried";
  }
  await settleFailed(tx, { ...settlement, told }, { hooks, outcome });
  return "failed";
}

type Told = Settlement & { readonly told: readonly DeliveryRow[] };

async function settleSent(
  tx: Tx,
  { row, kind, told, now, nowSteady }: Told,
  hooks: SettleHooks,
): Promise<void> {
  const set = { reason: null, sent_at: now, changed_at: now };
  const moved = await moveDelivery(tx, row.id, {
    from: ["sending"],
    set: { ...set, state: "sent" },
  });
  // The person's receipt was faster than the far end's answer.
  if (!moved) await moveDelivery(tx, row.id, { from: ["delivered"], set: { sent_at: now } });
  for (const { id } of told) {
    if (id !== row.id) await moveDelivery(tx, id, { from: ["summarised"], set: { sent_at: now } });
  }
  const notices = told.map(({ notice }) => notice);
  await cancelHeld(tx, notices, { reason: "not_needed", now });
  await note(tx, told, { type: "delivery_sent", now, data: {} });
  for (const { call } of told) {
    if (call !== null) await hooks.callSent(tx, { id: call, at: now });
  }
  for (const alert of await clearTroubles(tx, { ...row, kind }, now)) {
    await hooks.recordAlert(tx, alert, { now, nowSteady });
  }
}

async function waitForNextTry(
  tx: Tx,
  { row, outcome, now, nowSteady, random }: Settlement,
  afterMs: number | undefined,
): Promise<void> {
  const reason = outcome.result === "sent" ? null : outcome.reason;
  const next_steady = nowSteady + nextTryMs({ attempts: row.attempts, afterMs, random });
  const set = { state: "queued", reason, next_steady, changed_at: now } as const;
  await moveDelivery(tx, row.id, { from: ["sending"], set });
}

async function settleFailed(
  tx: Tx,
  { row, kind, told, now, nowSteady }: Told,
  {
    hooks,
    outcome,
  }: { readonly hooks: SettleHooks; readonly outcome: Exclude<Outcome, { result: "sent" }> },
): Promise<void> {
  const { reason, blame } = outcome;
  const set = { state: "failed", reason, changed_at: now } as const;
  const moved = await moveDelivery(tx, row.id, { from: ["sending"], set });
  // The person's device has shown it, whatever the far end said then.
  if (!moved) return;
  await releaseAll(tx, told, now);
  await note(tx, told, { type: "delivery_failed", now, data: { reason } });
  const alert = await raiseTrouble(tx, { ...row, kind }, { blame, now });
  if (alert !== null) await hooks.recordAlert(tx, alert, { now, nowSteady });
}

async function releaseAll(tx: Tx, told: readonly DeliveryRow[], now: number): Promise<void> {
  for (const row of told) await releaseNext(tx, row, now);
}

/** What became of a message about an incident is part of its history. */
async function note(
  tx: Tx,
  rows: readonly DeliveryRow[],
  what: {
    readonly type: string;
    readonly now: number;
    readonly data: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const about = rows.filter(({ incident }) => incident !== null);
  const [first] = about;
  if (first === undefined) return;
  const logs = await openLogs(tx, [first.facility], what.now);
  for (const { id, facility, incident, person, channel, purpose } of about) {
    const data = { incident, delivery: id, person, channel, purpose, ...what.data };
    logs.append(facility, { actor: "response", type: what.type, data }, incident);
  }
  await logs.flush();
}

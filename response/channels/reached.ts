/**
 * What follows when a person's far end has a message, by whichever of the two it is known:
 *
 *   the far end accepted our request (settle.ts) ----+--> the calls in it are sent, channels behind it are not needed, its way is no trouble
 *   the device showed it, or its address was used ---+
 *     (a receipt, an answer: they are the far end's word as well, and come also when our request ran into its time-out)
 */
import { cancelFurther, cancelHeld, deliveriesById, membersOf } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import type { AlertIntake } from "../store/intake.ts";
import { openLogs } from "../store/log.ts";
import type { Logs } from "../store/log.ts";
import { markSent, markShown } from "../store/receipts.ts";
import type { Tx } from "../store/schema.ts";
import { goesAtOnce } from "./notify.ts";
import { kindOf } from "./reach.ts";
import { clearTroubles } from "./trouble.ts";

/** What others do when a delivery's fate is known, within the same transaction. */
export interface ReachedHooks {
  /** A far end has a call: the first time, and each time after it. The log is the call's facility's, and open. */
  readonly callSent: (
    tx: Tx,
    call: { readonly id: string; readonly at: number; readonly logs: Logs },
  ) => Promise<void>;
  /** Opens the log itself: nothing may wait in another. */
  readonly recordAlert: (tx: Tx, alert: AlertIntake, at: Moment) => Promise<unknown>;
}

/** Response's wall clock, UTC ms, and its steady time. */
export interface Moment {
  readonly now: number;
  readonly nowSteady: number;
}

/** A receipt, or an answer, that came by the address of a message. */
export interface Receipt extends Moment {
  readonly facility: string;
  /** Deliveries that it speaks of; those that were never handed over are left out. */
  readonly deliveries: readonly string[];
  /** The call that was answered; null: it was no call, or the deliveries say which. */
  readonly call: string | null;
}

/** Writes that a device has shown these. Gives what is delivered now: nothing when it was already. */
export async function received(
  tx: Tx,
  { facility, deliveries, call, now, nowSteady }: Receipt,
  hooks: ReachedHooks,
): Promise<readonly DeliveryRow[]> {
  const logs = await openLogs(tx, [facility], now);
  const named = await deliveriesById(tx, deliveries);
  const summaries = named.map(({ summary }) => summary).filter((id) => id !== null);
  const rows = [...named, ...(await deliveriesById(tx, summaries))];
  const shown = await markShown(tx, { logs, rows, now });
  for (const row of shown) await reached(tx, { row, now, logs }, hooks);
  if (call !== null) await hooks.callSent(tx, { id: call, at: now, logs });
  await logs.flush();
  for (const row of shown) await endTroubles(tx, { row, now, nowSteady }, hooks);
  return shown;
}

/** The calls in it are sent, channels behind it are not needed. Gives the deliveries that it told. */
export async function reached(
  tx: Tx,
  { row, now, logs }: { readonly row: DeliveryRow; readonly now: number; readonly logs: Logs },
  hooks: Pick<ReachedHooks, "callSent">,
): Promise<readonly DeliveryRow[]> {
  const told = row.purpose === "summary" ? await membersOf(tx, row.id) : [row];
  if (row.purpose === "summary") await markSent(tx, told, now);
  const notices = told.map(({ notice }) => notice);
  const needless = { reason: "not_needed", now };
  await cancelHeld(tx, notices, needless);
  const further = row.state === "delivered" ? told.filter((one) => !goesAtOnce(one)) : [];
  const spared = further.map(({ notice }) => notice);
  await cancelFurther(tx, spared, needless);
  for (const { call } of told) {
    if (call !== null) await hooks.callSent(tx, { id: call, at: now, logs });
  }
  return told;
}

/** The way works. After the log is written: the end of a trouble opens it anew. */
export async function endTroubles(
  tx: Tx,
  { row, now, nowSteady }: Moment & { readonly row: DeliveryRow },
  { recordAlert }: Pick<ReachedHooks, "recordAlert">,
): Promise<void> {
  for (const alert of await clearTroubles(tx, { ...row, kind: kindOf(row) }, now)) {
    await recordAlert(tx, alert, { now, nowSteady });
  }
}

/** Receipts: a person's device has shown what was delivered. */
import { deliveriesById, moveDelivery } from "./deliveries.ts";
import type { DeliveryRow } from "./deliveries.ts";
import type { Logs } from "./log.ts";
import type { Tx } from "./schema.ts";

/** A receipt may be faster than the far end's answer, and a page may show what it was too late for. */
const BEFORE = ["sending", "sent", "failed"] as const;

/**
 * A phone says by the answer's address that it shows a call. `delivery` is what the address named; without it the call's webhooks are
 * meant, for only a program gives receipts. Gives what is delivered now.
 */
export async function shownByToken(
  tx: Tx,
  shown: {
    readonly logs: Logs;
    readonly call: string;
    readonly delivery: string | null;
    readonly now: number;
  },
): Promise<readonly DeliveryRow[]> {
  const { call, delivery } = shown;
  const rows = await tx
    .selectFrom("deliveries")
    .selectAll()
    .where("call", "=", call)
    .where("channel", "like", "webhook%")
    .orderBy("position")
    .execute();
  const named = delivery === null ? rows : rows.filter(({ id }) => id === delivery);
  return deliver(tx, { ...shown, rows: named });
}

/** A page of the console says that it shows this delivery. Gives what is delivered now: nothing when it was already. */
export async function shownOnPage(
  tx: Tx,
  { logs, id, now }: { readonly logs: Logs; readonly id: string; readonly now: number },
): Promise<readonly DeliveryRow[]> {
  const rows = await deliveriesById(tx, [id]);
  return deliver(tx, { logs, rows, now });
}

async function deliver(
  tx: Tx,
  {
    logs,
    rows,
    now,
  }: { readonly logs: Logs; readonly rows: readonly DeliveryRow[]; readonly now: number },
): Promise<readonly DeliveryRow[]> {
  const delivered: DeliveryRow[] = [];
  const set = { state: "delivered", delivered_at: now, changed_at: now, reason: null } as const;
  for (const row of rows) {
    if (!(await moveDelivery(tx, row.id, { from: BEFORE, set }))) continue;
    delivered.push({ ...row, ...set });
    const { id, facility, incident, person, channel, purpose } = row;
    if (incident === null) continue;
    const data = { incident, delivery: id, person, channel, purpose };
    logs.append(facility, { actor: "response", type: "delivery_shown", data }, incident);
  }
  const calls = [...new Set(delivered.map(({ call }) => call).filter((call) => call !== null))];
  if (calls.length > 0) {
    await tx
      .updateTable("calls")
      .set({ delivered_at: now })
      .where("id", "in", calls)
      .where("delivered_at", "is", null)
      .execute();
  }
  return delivered;
}

/** Receipts: a person's device has shown what was delivered. */
import type { DeliveryRow } from "./deliveries.ts";
import { moveDelivery } from "./deliveries.ts";
import type { Logs } from "./log.ts";
import type { Tx } from "./schema.ts";

/** A receipt may be faster than the far end's answer, come instead of it, and a page may show what it was too late for. */
const BEFORE = ["queued", "sending", "sent", "failed", "summarised"] as const;

/** The webhooks of a call: who gives a receipt without saying of what is a program. */
export async function webhooksOf(tx: Tx, call: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("deliveries")
    .select("id")
    .where("call", "=", call)
    .where("channel", "like", "webhook%")
    .orderBy("position")
    .execute();
  return rows.map(({ id }) => id);
}

/** Writes that these are shown, and gives those that were not yet, as they are now. What was never handed over is not. */
export async function markShown(
  tx: Tx,
  shown: {
    readonly logs: Logs;
    readonly rows: readonly DeliveryRow[];
    readonly now: number;
  },
): Promise<readonly DeliveryRow[]> {
  const { logs, rows, now } = shown;
  const delivered: DeliveryRow[] = [];
  for (const row of rows) {
    if (row.state === "queued" && row.attempts === 0) continue;
    const set = {
      state: "delivered",
      sent_at: row.sent_at ?? now,
      delivered_at: now,
      changed_at: now,
      next_steady: null,
      reason: null,
    } as const;
    if (!(await moveDelivery(tx, row.id, { from: BEFORE, set }))) continue;
    delivered.push({ ...row, ...set });
    const { id, facility, incident, person, channel, purpose } = row;
    if (incident === null) continue;
    const data = { incident, delivery: id, person, channel, purpose };
    logs.append(facility, { actor: "response", type: "delivery_shown", data }, incident);
  }
  await markCalls(tx, delivered, now);
  return delivered;
}

/** What was told within another delivery is sent when that is. */
export async function markSent(
  tx: Tx,
  members: readonly DeliveryRow[],
  now: number,
): Promise<void> {
  for (const { id } of members) {
    await moveDelivery(tx, id, { from: ["summarised"], set: { sent_at: now } });
  }
}

async function markCalls(tx: Tx, rows: readonly DeliveryRow[], now: number): Promise<void> {
  const calls = [...new Set(rows.map(({ call }) => call).filter((call) => call !== null))];
  if (calls.length === 0) return;
  await tx
    .updateTable("calls")
    .set({ delivered_at: now })
    .where("id", "in", calls)
    .where("delivered_at", "is", null)
    .execute();
}

/** What far ends say of a call: accepted, shown. Part of the transaction that says so of the delivery. */
import { callById, changeCall } from "../store/calls.ts";
import { openLogs } from "../store/log.ts";
import type { Tx } from "../store/schema.ts";

/** A far end has accepted a call; the first of an incident makes it `notified`. Later ones of the same call change nothing. */
export async function callSent(
  tx: Tx,
  { id, at }: { readonly id: string; readonly at: number },
): Promise<void> {
  const known = await callById(tx, id);
  if (known === undefined || known.sent_at !== null) return;
  const logs = await openLogs(tx, [known.facility], at);
  await changeCall(tx, id, { sent_at: at });
  const { incident, person, role, round } = known;
  const data = { incident, call: id, person, role, round };
  logs.append(known.facility, { actor: "response", type: "call_sent", data }, incident);
  const told = await tx
    .updateTable("incidents")
    .set({ state: "notified", changed_at: at })
    .where("id", "=", incident)
    .where("state", "=", "raised")
    .executeTakeFirst();
  if (told.numUpdatedRows > 0n) {
    const change = { actor: "response", type: "incident_notified", data: { incident } };
    logs.append(known.facility, change, incident);
  }
  await logs.flush();
}

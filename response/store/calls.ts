/** Calls as rows: made, sent, shown, answered, kept. Every change names the call and the log stands open. */
import type { Insertable } from "kysely";
import type { Call } from "../escalation/model.ts";
import type { CallsTable, Db, Tx } from "./schema.ts";

export async function insertCalls(
  tx: Tx | Db,
  rows: readonly Insertable<CallsTable>[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.insertInto("calls").values(rows).execute();
}

export async function changeCall(
  tx: Tx,
  id: string,
  set: Partial<
    Pick<
      CallsTable,
      "sent_at" | "delivered_at" | "answer" | "answered_at" | "arrive_by_steady" | "arrived_at"
    >
  >,
): Promise<void> {
  await tx.updateTable("calls").set(set).where("id", "=", id).execute();
}

/** Promises that hold back nobody any more. */
export async function endPromises(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.updateTable("calls").set({ arrive_by_steady: null }).where("id", "in", ids).execute();
}

export function callById(tx: Tx | Db, id: string): Promise<Call | undefined> {
  return tx.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The call that a token's hash answers. */
export function callByToken(tx: Tx | Db, hash: string): Promise<Call | undefined> {
  return tx.selectFrom("calls").selectAll().where("token_hash", "=", hash).executeTakeFirst();
}

/** The latest call of a person to an incident: that to come before the prompt. */
export function latestCall(
  tx: Tx | Db,
  incident: string,
  person: string,
): Promise<Call | undefined> {
  return tx
    .selectFrom("calls")
    .selectAll()
    .where("incident", "=", incident)
    .where("person", "=", person)
    .orderBy("round", "desc")
    .orderBy("purpose")
    .limit(1)
    .executeTakeFirst();
}

import type { Selectable } from "kysely";
import type { AckOutboxTable, Db } from "./schema.ts";

export type DueAck = Selectable<AckOutboxTable>;

/** Answers that are due, the oldest first. */
export function dueAcks(db: Db, limit: number): Promise<DueAck[]> {
  return db.selectFrom("ack_outbox").selectAll().orderBy("id").limit(limit).execute();
}

/** Forgets answers that the broker has taken. */
export async function dropAcks(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom("ack_outbox").where("id", "in", ids).execute();
}

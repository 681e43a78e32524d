/** Duty checks as rows: planned for a shift, asked at their time, answered or missed. */
import type { Selectable } from "kysely";
import type { Db, Tables, Tx } from "./schema.ts";

export type DutyCheck = Selectable<Tables["duty_checks"]>;

/** Checks of one turn. */
const AT_ONCE = 100;

/** Plans checks; those that stand already stay as they are. */
export async function planChecks(
  db: Db,
  checks: readonly Pick<DutyCheck, "id" | "facility" | "shift" | "due_at">[],
): Promise<void> {
  if (checks.length === 0) return;
  const none = { asked_at: null, asked_steady: null, answered_at: null, person: null } as const;
  await db
    .insertInto("duty_checks")
    .values(checks.map((check) => ({ ...check, ...none, state: "planned" as const })))
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

/** Checks whose time has come, and asked ones that nobody has answered in time. */
export async function dueChecks(
  db: Db,
  { now, askedBefore }: { readonly now: number; readonly askedBefore: number },
): Promise<{ readonly toAsk: readonly DutyCheck[]; readonly missed: readonly DutyCheck[] }> {
  const found = db.selectFrom("duty_checks").selectAll().limit(AT_ONCE);
  const toAsk = found.where("state", "=", "planned").where("due_at", "<=", now).orderBy("due_at");
  const missed = found.where("state", "=", "asked").where("asked_steady", "<=", askedBefore);
  return { toAsk: await toAsk.execute(), missed: await missed.execute() };
}

/** Writes a change; true when the check was in one of `from`. */
export async function moveCheck(
  tx: Tx,
  id: string,
  change: {
    readonly from: readonly DutyCheck["state"][];
    readonly set: Partial<Omit<DutyCheck, "id" | "facility">>;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("duty_checks")
    .set(change.set)
    .where("id", "=", id)
    .where("state", "in", change.from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export function checkById(tx: Tx | Db, id: string): Promise<DutyCheck | undefined> {
  return tx.selectFrom("duty_checks").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The last checks of a facility that were asked, the newest first. */
export function lastChecks(db: Db, facility: string, limit: number): Promise<DutyCheck[]> {
  return db
    .selectFrom("duty_checks")
    .selectAll()
    .where("facility", "=", facility)
    .where("asked_at", "is not", null)
    .orderBy("asked_at", "desc")
    .limit(limit)
    .execute();
}

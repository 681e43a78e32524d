/** Commands to gateways as rows. Every change of state names the states that it changes. */
import { randomUUID } from "node:crypto";
import type { Insertable, Selectable } from "kysely";
import type { CommandsTable, Db, Tx } from "./schema.ts";

export type CommandRow = Selectable<CommandsTable>;

/** What a gateway is to do, until when. `by`: who wants it, for the gateway's log. */
export interface CommandDraft {
  readonly facility: string;
  readonly gateway: string;
  readonly incident: string | null;
  readonly verb: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly by: string;
  /** UTC ms: after it the gateway drops it. */
  readonly expiresAt: number;
}

/** Records a command in the caller's transaction; the queue sends it after the commit. Gives its id. */
export async function addCommand(tx: Tx, draft: CommandDraft, now: number): Promise<string> {
  const { args, expiresAt, ...named } = draft;
  const row: Insertable<CommandsTable> = {
    ...named,
    id: randomUUID(),
    args: JSON.stringify(args),
    created_at: now,
    expires_at: expiresAt,
    state: "queued",
    detail: null,
    changed_at: now,
  };
  await tx.insertInto("commands").values(row).execute();
  return row.id;
}

/** Commands that have no answer yet, the oldest first. */
export function openCommands(db: Db, limit: number): Promise<CommandRow[]> {
  return db
    .selectFrom("commands")
    .selectAll()
    .where("state", "in", ["queued", "sent"])
    .orderBy("position")
    .limit(limit)
    .execute();
}

export async function commandById(tx: Tx, id: string): Promise<CommandRow | undefined> {
  return tx.selectFrom("commands").selectAll().where("id", "=", id).executeTakeFirst();
}

/** True when the command was in one of `from`. */
export async function moveCommand(
  tx: Tx | Db,
  id: string,
  change: {
    readonly from: readonly CommandRow["state"][];
    readonly set: Pick<CommandsTable, "state" | "changed_at"> & { readonly detail?: string };
  },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("commands")
    .set(change.set)
    .where("id", "=", id)
    .where("state", "in", change.from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

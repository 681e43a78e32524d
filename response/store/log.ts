import { ledgerEntry } from "@anhu/core/ledger";
import type { Insertable } from "kysely";
import type { LedgerDraft } from "../incidents/model.ts";
import type { LedgerTable, Tx } from "./schema.ts";

/** The open ends of some facilities' logs within one transaction: entries gather here and are written by `flush`. */
export interface Logs {
  append(facility: string, draft: LedgerDraft, incident: string | null): void;
  flush(): Promise<void>;
}

/**
 * Takes hold of the logs: their head rows are locked until the transaction ends, so that writers of one facility queue up, whatever
 * the database; always in the same order, so that they cannot wait for each other in a ring.
 */
export async function openLogs(tx: Tx, facilities: Iterable<string>, now: number): Promise<Logs> {
  const heads = new Map<string, { seq: number; leaf: string | null }>();
  for (const facility of [...new Set(facilities)].toSorted()) {
    heads.set(facility, await holdHead(tx, facility));
  }
  const rows: Insertable<LedgerTable>[] = [];
  return {
    append(facility, draft, incident) {
      const head = heads.get(facility);
      if (head === undefined) throw new Error(`the log of ${facility} is not open`);
      const seq = head.seq + 1;
      const made = ledgerEntry({ ...draft, facility, seq, at: now, prev: head.leaf });
      rows.push({ facility, seq, incident, entry: made.canonical, leaf: made.leaf });
      heads.set(facility, { seq, leaf: made.leaf });
    },
    async flush() {
      if (rows.length === 0) return;
      await tx.insertInto("ledger").values(rows).execute();
      for (const facility of new Set(rows.map((row) => row.facility))) {
        await tx
          .updateTable("ledger_heads")
          .set(heads.get(facility) ?? {})
          .where("facility", "=", facility)
          .execute();
      }
    },
  };
}

async function holdHead(tx: Tx, facility: string) {
  await tx
    .insertInto("ledger_heads")
    .values({ facility, seq: 0, leaf: null })
    .onConflict((conflict) => conflict.column("facility").doNothing())
    .execute();
  return tx
    .updateTable("ledger_heads")
    .set((row) => ({ seq: row.ref("seq") }))
    .where("facility", "=", facility)
    .returning(["seq", "leaf"])
    .executeTakeFirstOrThrow();
}

/** How often somebody has tried to sign in in vain, by key; kept over restarts. */
import { sql } from "kysely";
import type { Db, Tx } from "./schema.ts";

/** Keys kept. At the bound the ones whose wait ended first are forgotten. */
const KEYS = 10_000;

export interface Tries {
  readonly failures: number;
  /** The next try is not looked at before: wall clock, UTC ms. */
  readonly until: number;
}

/** Reads and writes the tries of some keys in one transaction. */
export function changeTries<T>(
  db: Db,
  keys: readonly string[],
  decide: (found: ReadonlyMap<string, Tries>) => {
    readonly value: T;
    /** null: forgotten. */
    readonly write: readonly (readonly [key: string, tries: Tries | null])[];
  },
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    const found = new Map<string, Tries>();
    // Held until the transaction ends, always in one order: guesses of one moment are counted one after the other.
    for (const key of [...keys].toSorted()) found.set(key, await holdTries(tx, key));
    const { value, write } = decide(found);
    for (const [key, tries] of write) {
      if (tries === null) await tx.deleteFrom("sign_in_failures").where("key", "=", key).execute();
      else await tx.updateTable("sign_in_failures").set(tries).where("key", "=", key).execute();
    }
    await forgetOldest(tx);
    return value;
  });
}

async function holdTries(tx: Tx, key: string): Promise<Tries> {
  return tx
    .insertInto("sign_in_failures")
    .values({ key, failures: 0, until: 0 })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet((row) => ({ until: row.ref("sign_in_failures.until") })),
    )
    .returning(["failures", "until"])
    .executeTakeFirstOrThrow();
}

async function forgetOldest(db: Tx): Promise<void> {
  const { n } = await db
    .selectFrom("sign_in_failures")
    .select(sql<number | string>`count(*)`.as("n"))
    .executeTakeFirstOrThrow();
  const over = Number(n) - KEYS;
  if (over <= 0) return;
  const oldest = db.selectFrom("sign_in_failures").select("key").orderBy("until").limit(over);
  await db.deleteFrom("sign_in_failures").where("key", "in", oldest).execute();
}

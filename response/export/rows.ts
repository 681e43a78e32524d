/** What the export reads, and how far it has come. Every list has a bound; all go by `position`, which appears in its order. */
import type { Db } from "../store/schema.ts";
import type { DeliveryRow } from "./delivery-points.ts";
import type { IncidentEntry } from "./incident-points.ts";

export type CursorName = "influx-incidents" | "influx-deliveries";

/** The last position that the readings store has taken; 0: none yet. */
export async function cursorOf(db: Db, name: CursorName): Promise<number> {
  const row = await db
    .selectFrom("exports")
    .select("position")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.position ?? 0;
}

export async function saveCursor(db: Db, name: CursorName, position: number): Promise<void> {
  await db
    .insertInto("exports")
    .values({ name, position })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ position }))
    .execute();
}

export type LedgerEntry = Omit<IncidentEntry, "incident"> & { readonly incident: string | null };

export function ledgerAfter(db: Db, position: number, limit: number): Promise<LedgerEntry[]> {
  return db
    .selectFrom("ledger")
    .select(["position", "facility", "incident", "entry"])
    .where("position", ">", position)
    .orderBy("position")
    .limit(limit)
    .execute();
}

/** The entries about one incident between two positions, the first not included. */
export function entriesOf(
  db: Db,
  incident: string,
  span: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<LedgerEntry[]> {
  return db
    .selectFrom("ledger")
    .select(["position", "facility", "incident", "entry"])
    .where("incident", "=", incident)
    .where("position", ">", span.after)
    .where("position", "<=", span.upTo)
    .orderBy("position")
    .limit(span.limit)
    .execute();
}

export function deliveriesAfter(db: Db, position: number, limit: number): Promise<DeliveryRow[]> {
  return db
    .selectFrom("deliveries")
    .select([
      "position",
      "facility",
      "channel",
      "role",
      "purpose",
      "state",
      "drill",
      "attempts",
      "created_at",
      "sent_at",
      "delivered_at",
    ])
    .where("position", ">", position)
    .orderBy("position")
    .limit(limit)
    .execute();
}

import type { Facility } from "@anhu/core/facility";
import type { Scope } from "../access/model.ts";
import { inScope } from "../access/scope.ts";
import type { DeliveryRow } from "./deliveries.ts";
import type { Db } from "./schema.ts";

/**
 * Writes the facilities as their files say, for scopes by region. One whose file is gone stays: its history is still its region's.
 */
export async function saveFacilities(db: Db, files: Iterable<Facility>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { facility } of files) {
      const { id, region, street = null, kind, name } = facility;
      const changes = { region, street, kind, name_zh: name.zh, name_en: name.en };
      await tx
        .insertInto("facilities")
        .values({ id, ...changes })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(changes))
        .execute();
    }
  });
}

/** Ids of the facilities within a scope, by id. */
export async function facilitiesIn(db: Db, scope: Scope): Promise<string[]> {
  const found = db.selectFrom("facilities").select("id").where(inScope(scope, "id"));
  return (await found.orderBy("id").execute()).map(({ id }) => id);
}

/** How many incidents of each facility are neither resolved nor closed. */
export async function liveIncidents(db: Db, scope: Scope): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("incidents")
    .select((select) => ["facility", select.fn.countAll<number | string>().as("n")])
    .where("state", "not in", ["resolved", "closed"])
    .where(inScope(scope))
    .groupBy("facility")
    .execute();
  return new Map(rows.map(({ facility, n }) => [facility, Number(n)]));
}

/** The devices of a facility that are silent, by the alerts that stand. */
export async function silentDevices(db: Db, facility: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("alerts")
    .select("device")
    .where("facility", "=", facility)
    .where("rule", "=", "device-silent")
    .where("cleared_at", "is", null)
    .execute();
  return new Set(rows.map(({ device }) => device));
}

/** The last test call of each person of a facility. */
export async function lastTestCalls(
  db: Db,
  facility: string,
): Promise<ReadonlyMap<string, DeliveryRow>> {
  const newest = db
    .selectFrom("deliveries")
    .select((select) => select.fn.max("position").as("position"))
    .where("facility", "=", facility)
    .where("purpose", "=", "test_call")
    .groupBy("person");
  const rows = await db
    .selectFrom("deliveries")
    .selectAll()
    .where("position", "in", newest)
    .execute();
  return new Map(rows.map((row) => [row.person, row]));
}

import type { Facility } from "@anhu/core/facility";
import type { Scope } from "../access/model.ts";
import { inScope } from "../access/scope.ts";
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

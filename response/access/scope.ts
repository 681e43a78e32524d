/** Where rights hold, as part of the query: what is outside is never read, so that nothing can forget to leave it out. */
import { expressionBuilder, sql } from "kysely";
import type { Expression, SqlBool } from "kysely";
import type { Db, Tables } from "../store/schema.ts";
import type { Principal, Scope } from "./model.ts";

/** A region is a prefix of the administrative code (GB/T 2260: two digits province, two prefecture, two county). */
export const REGION = /^[0-9]{1,12}$/;

/**
 * The condition that a row is of a facility within the scope; `column` names the row's facility. A region holds the facilities whose files
 * response has (table `facilities`); a scope of nothing holds none.
 */
export function inScope(scope: Scope, column = "facility"): Expression<SqlBool> {
  const facility = sql.ref<string>(column);
  switch (scope.kind) {
    case "all":
      return sql<SqlBool>`1 = 1`;
    case "facility":
      return sql<SqlBool>`${facility} = ${scope.of}`;
    case "region":
      return sql<SqlBool>`${facility} in (${facilitiesOf(scope.of)})`;
  }
}

/** Whether a facility, or one whose file response does not have, is within the scope. */
export async function holdsFacility(db: Db, scope: Scope, facility: string): Promise<boolean> {
  if (scope.kind !== "region") return scope.kind === "all" || scope.of === facility;
  const found = await facilitiesOf(scope.of, db).where("id", "=", facility).executeTakeFirst();
  return found !== undefined;
}

function facilitiesOf(prefix: string, from: Pick<Db, "selectFrom"> = expressionBuilder<Tables>()) {
  const regions = from.selectFrom("facilities").select("id");
  if (!REGION.test(prefix)) return regions.where(sql<SqlBool>`1 = 0`);
  return regions.where(sql<string>`substr(region, 1, ${prefix.length})`, "=", prefix);
}

/** The condition that a user is one whom the principal may see and change: an administrator all, others the carers of their facilities. */
export function inCharge({ role, scope }: Pick<Principal, "role" | "scope">): Expression<SqlBool> {
  if (role === "administrator") return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`role = 'carer' and scope_kind = 'facility' and ${inScope(scope, "scope")}`;
}

import { Migrator } from "kysely/migration";
import { AnhuError } from "@anhu/core/errors";
import type { Db } from "../schema.ts";
import { incidents } from "./0001-incidents.ts";
import { people } from "./0002-people.ts";

export type Dialect = "sqlite" | "postgres";

/** Brings the database to the newest schema, each step in its own transaction. Throws `migration_failed`. */
export async function migrate(db: Db, dialect: Dialect): Promise<void> {
  const migrations = {
    "0001-incidents": incidents(dialect),
    "0002-people": people(dialect),
  };
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  }).migrateToLatest();
  if (error !== undefined) {
    throw new AnhuError("migration_failed", "the database could not be brought up to date", {
      fault: "environment",
      retry: false,
      cause: error,
    });
  }
}

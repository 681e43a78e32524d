import { Migrator } from "kysely/migration";
import type { Migration } from "kysely/migration";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Db } from "../schema.ts";
import { incidents } from "./0001-incidents.ts";
import { people } from "./0002-people.ts";

export type Dialect = "sqlite" | "postgres";

/** Every step from an empty database on, in their order. */
function steps(dialect: Dialect): Record<string, Migration> {
  return {
    "0001-incidents": incidents(dialect),
    "0002-people": people(dialect),
  };
}

/** Brings the database to the newest schema, each step in its own transaction. Throws `migration_failed`. */
export async function migrate(db: Db, dialect: Dialect): Promise<void> {
  const { error } = await migrator(db, dialect).migrateToLatest();
  if (error !== undefined) {
    const text = `the database could not be brought up to date: ${messageOf(error)}`;
    throw new AnhuError("migration_failed", text, {
      fault: "environment",
      retry: false,
      cause: error,
    });
  }
}

/** Names of the steps that the database has not seen. Throws what the database throws. */
export async function pendingMigrations(db: Db, dialect: Dialect): Promise<string[]> {
  const known = await migrator(db, dialect).getMigrations();
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

function migrator(db: Db, dialect: Dialect): Migrator {
  const provider = { getMigrations: () => Promise.resolve(steps(dialect)) };
  return new Migrator({ db, provider });
}

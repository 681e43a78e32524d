import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { migrate } from "./migrations/index.ts";
import type { Dialect } from "./migrations/index.ts";
import { openPostgres } from "./postgres.ts";
import type { Db } from "./schema.ts";
import { openSqlite } from "./sqlite.ts";

export { pendingMigrations } from "./migrations/index.ts";

export interface StoreOptions {
  readonly dataDir: string;
  /** PostgreSQL; undefined: SQLite in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Told when an idle connection to the database breaks. */
  readonly warn: (text: string) => void;
}

export interface Store {
  readonly db: Db;
  readonly dialect: Dialect;
}

/** Opens the database of incidents, ledger and people as it is. */
export function openDatabase({ dataDir, databaseUrl, warn }: StoreOptions): Store {
  return databaseUrl === undefined
    ? { db: openSqlite(join(dataDir, "response.db")), dialect: "sqlite" }
    : { db: openPostgres(databaseUrl, warn), dialect: "postgres" };
}

/** Opens it and brings it to the newest schema. Throws `migration_failed`; nothing is left open then. */
export async function openStore(options: StoreOptions): Promise<Db> {
  const { db, dialect } = openDatabase(options);
  try {
    await migrate(db, dialect);
    return db;
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

/** ANHU_DATABASE_URL, or the text of the file that ANHU_DATABASE_URL_FILE names; undefined: neither is set. Throws `bad_config`. */
export function databaseUrlOf(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const url = env["ANHU_DATABASE_URL"] || textOf(env["ANHU_DATABASE_URL_FILE"]);
  if (url === undefined) return undefined;
  // The address itself may carry a password: it is never said.
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw wrong("ANHU_DATABASE_URL is no address of the form postgres://USER:PASSWORD@HOST/DATABASE");
}

function textOf(path: string | undefined): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (thrown) {
    throw wrong(`ANHU_DATABASE_URL_FILE cannot be read: ${messageOf(thrown)}`);
  }
}

/** `text` begins with the variable. */
function wrong(text: string): AnhuError {
  const variable = text.slice(0, text.indexOf(" "));
  return new AnhuError("bad_config", text, { fault: "caller", retry: false, about: { variable } });
}

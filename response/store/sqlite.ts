import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { Kysely, SqliteDialect } from "kysely";
import type { Tables } from "./schema.ts";

const BUSY_TIMEOUT_MS = 2_000;
/** Statements kept prepared. At the bound all are forgotten and prepared again as they come. */
const STATEMENTS = 200;

/** Opens (and makes) the database file. WAL and synchronous=FULL: what was committed survives a power cut. */
export function openSqlite(path: string): Kysely<Tables> {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= STATEMENTS) prepared.clear();
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => db.close(),
        prepare(sql) {
          const statement = prepare(sql);
          return {
            reader: statement.columns().length > 0,
            all: (values) => statement.all(...values.map(bindable)),
            // A full disk ends the transaction by itself (sqlite.org/lang_transaction.html, 3): rolling back then would hide why.
            run: (values) =>
              sql === "rollback" && !db.isTransaction
                ? { changes: 0, lastInsertRowid: 0 }
                : statement.run(...values.map(bindable)),
            iterate: (values) => statement.iterate(...values.map(bindable)),
          };
        },
      },
    }),
  });
}

/** node:sqlite would take a Date or an object as named parameters and write a wrong row: both are refused here. */
function bindable(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new TypeError(`not a value for a column: ${typeof value}`);
}

import { Kysely, PostgresDialect } from "kysely";
import { Pool, TypeOverrides, types } from "pg";
import type { Tables } from "./schema.ts";

/** Connections of one process. At the bound a question waits, at most CONNECT_MS. */
const CONNECTIONS = 10;
/** Until a connection stands, or is free. */
const CONNECT_MS = 5_000;
const IDLE_MS = 30_000;
/** The server ends a statement that takes longer, and a transaction that stands still longer. */
const STATEMENT_MS = 30_000;
const IDLE_TRANSACTION_MS = 30_000;
/** The server may be gone without a word: then the client gives up by itself. */
const ANSWER_MS = STATEMENT_MS + 5_000;

/**
 * Opens PostgreSQL at `postgres://...`; TLS is what the address says (`?sslmode=verify-full&sslrootcert=FILE`). Nothing is asked of the
 * server yet. `warn` is told when a connection that nobody uses breaks: the next question opens another.
 */
export function openPostgres(url: string, warn: (text: string) => void): Kysely<Tables> {
  const integers = new TypeOverrides();
  integers.setTypeParser(types.builtins.INT8, wholeNumber);
  const pool = new Pool({
    connectionString: url,
    application_name: "anhu",
    types: integers,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  pool.on("error", (error) => warn(error.message));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** The tables hold 53-bit integers; one beyond would be rounded in silence. Throws RangeError on it. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`the database holds a number beyond 53 bits: ${text}`);
}

/** PostgreSQL's own tools copy what stands there: pg_dump and pg_restore of the package postgresql-client, at least as new as the server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openDatabase } from "@anhu/response/store";
import { backupError } from "./errors.ts";

/** Writes the whole database to `file`, as it is at one moment. Throws `no_pg_tools` or `backup_failed`. */
export async function dumpPostgres(url: string, file: string): Promise<void> {
  await run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--file", file], url);
}

/** Lays a dump out in an empty database, wholly or not at all. Throws `no_pg_tools` or `backup_failed`. */
export async function restorePostgres(url: string, file: string): Promise<void> {
  const flags = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"];
  await run("pg_restore", [...flags, file], url);
}

/** Throws `database_not_empty` when there are tables, and what the server says when it cannot be asked. */
export async function assertEmpty(url: string): Promise<void> {
  const { db } = openDatabase({ dataDir: "", databaseUrl: url, warn: () => undefined });
  try {
    const tables = await db.introspection.getTables();
    if (tables.length === 0) return;
    throw backupError("database_not_empty", tables.map(({ name }) => name).join(", "));
  } finally {
    await db.destroy();
  }
}

/** The password goes by the environment: other users may read a command line. */
async function run(program: string, args: readonly string[], address: string): Promise<void> {
  const url = new URL(address);
  const password = decodeURIComponent(url.password);
  url.password = "";
  const child = spawn("env", [program, `--dbname=${url.href}`, ...args], {
    env: { PGPASSWORD: password, PGCONNECT_TIMEOUT: "10", PATH: "/usr/local/bin:/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < 100) said.push(chunk);
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return;
  // env(1): 127 when there is no such program.
  if (code === 127) throw backupError("no_pg_tools", program);
  throw backupError("backup_failed", `${program}: ${Buffer.concat(said).toString("utf8").trim()}`);
}

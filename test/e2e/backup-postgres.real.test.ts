/** Incidents that stand in PostgreSQL go with the backup, and come back only into an empty database. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "@anhu/response/store";
import type { PostgresServer } from "../servers/postgres.ts";
import { startPostgres } from "../servers/postgres.ts";
import { anhu, ownEnvironment } from "../stage/anhu.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-backup-pg-"));
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const entry = { facility: "f1", seq: 1, incident: null, entry: "林", leaf: "00" };
const open = (databaseUrl: string) =>
  openStore({ dataDir: "", databaseUrl, warn: () => undefined });

test("a dump is part of the backup and is laid out whole, in an empty database only", async () => {
  const [from, to] = [server.database(), server.database()];
  const db = await open(from);
  await db.insertInto("ledger").values(entry).execute();
  await db.destroy();
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "installation.json"), '{"mode":"real","lan":null}');

  const file = join(folder, "backup.tar.gz");
  const env = await ownEnvironment(dataDir);
  const made = await anhu(["backup", file], { ...env, ANHU_DATABASE_URL: from });
  expect(made.code, made.stdout + made.stderr).toBe(0);

  const elsewhere = { ...env, ANHU_DATA: join(folder, "elsewhere") };
  const missing = await anhu(["restore", file], elsewhere);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("ANHU_DATABASE_URL") });
  const taken = await anhu(["restore", file], { ...elsewhere, ANHU_DATABASE_URL: from });
  expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining("not empty") });
  expect(readdirSync(folder)).not.toContain("elsewhere");

  const restored = await anhu(["restore", file], { ...elsewhere, ANHU_DATABASE_URL: to });
  expect(restored.code, restored.stdout + restored.stderr).toBe(0);
  expect(readdirSync(join(folder, "elsewhere"))).toEqual(["installation.json"]);
  const copy = await open(to);
  expect(await copy.selectFrom("ledger").selectAll().execute()).toMatchObject([entry]);
  await expect(copy.deleteFrom("ledger").execute()).rejects.toThrow(/append-only/);
  await copy.destroy();
});

test("a database that does not answer, and a wrong password, are said without the password", async () => {
  const dataDir = join(folder, "data");
  const env = await ownEnvironment(dataDir);
  const url = new URL(server.database());
  url.password = "another-password";
  const file = join(folder, "none.tar.gz");
  const { code, stderr } = await anhu(["backup", file], { ...env, ANHU_DATABASE_URL: url.href });
  expect(code).toBe(3);
  expect(stderr).toContain("password authentication failed");
  expect(stderr).not.toContain("another-password");
});

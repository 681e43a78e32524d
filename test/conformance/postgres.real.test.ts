/** PostgreSQL against the server itself: the contract of every store, and what only this one can get wrong. */
import { describeAccounts } from "@anhu/response/access/contract";
import { openDatabase, openStore } from "@anhu/response/store";
import { describeStore, describeWriters } from "@anhu/response/store/contract";
import { describePeopleStore } from "@anhu/response/store/people";
import { describeMigrations } from "@anhu/response/store/migrations/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostgresServer } from "../servers/postgres.ts";
import { startPostgres } from "../servers/postgres.ts";

let server: PostgresServer;
/** A database of the newest schema that others are copied from. */
let newest: string;

beforeAll(async () => {
  server = await startPostgres();
  const databaseUrl = server.database();
  const db = await openStore(optionsFor(databaseUrl));
  await db.destroy();
  newest = new URL(databaseUrl).pathname.slice(1);
});
afterAll(() => server.stop());

const empty = () => Promise.resolve(openDatabase(optionsFor(server.database())).db);
const open = () => Promise.resolve(openDatabase(optionsFor(server.database(newest))).db);

describeStore("postgres", open);
describePeopleStore("postgres", open);
describeAccounts("postgres", open);
describeWriters("postgres", async () => {
  const databaseUrl = server.database(newest);
  return [await openStore(optionsFor(databaseUrl)), await openStore(optionsFor(databaseUrl))];
});
describeMigrations("postgres", empty);

test("two that start at once on an empty database both find it at the newest schema", async () => {
  const options = optionsFor(server.database());
  const stores = await Promise.all([openStore(options), openStore(options)]);
  for (const db of stores) {
    expect(await db.selectFrom("ledger").selectAll().execute()).toEqual([]);
    await db.destroy();
  }
});

test("a server that ends and comes back is asked again, and the broken connection is told", async () => {
  const told: string[] = [];
  const options = {
    ...optionsFor(server.database(newest)),
    warn: (text: string) => told.push(text),
  };
  const db = await openStore(options);
  await server.kill();
  await expect(db.selectFrom("ledger").selectAll().execute()).rejects.toThrow(
    /terminat|refused|ended/i,
  );
  await server.start();
  expect(await db.selectFrom("ledger").selectAll().execute()).toEqual([]);
  expect(told.length).toBeGreaterThan(0);
  await db.destroy();
});

test("a wrong password is said without the password", async () => {
  const url = new URL(server.database());
  url.password = "another-password";
  const opened = openStore(optionsFor(url.href));
  await expect(opened).rejects.toMatchObject({ code: "migration_failed" });
  await expect(opened).rejects.toThrow(/password authentication failed/);
  await expect(opened).rejects.not.toThrow(/another-password/);
});

function optionsFor(databaseUrl: string) {
  return { dataDir: "", databaseUrl, warn: () => undefined };
}

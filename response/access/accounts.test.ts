import { migrate } from "../store/migrations/index.ts";
import { openSqlite } from "../store/sqlite.ts";
import { describeAccounts } from "../testing/accounts.ts";

describeAccounts("sqlite", async () => {
  const db = openSqlite(":memory:");
  await migrate(db, "sqlite");
  return db;
});

import type { Expression, Selectable, SqlBool, Updateable } from "kysely";
import type { LedgerDraft } from "../incidents/model.ts";
import { openLogs } from "./log.ts";
import type { Db, Tx, UsersTable } from "./schema.ts";

export type UserRow = Selectable<UsersTable>;

export function userById(db: Db, id: string): Promise<UserRow | undefined> {
  return db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Logins are compared in lower case, NFC. */
export function userByLogin(db: Db, login: string): Promise<UserRow | undefined> {
  const found = db.selectFrom("users").selectAll().where("login", "=", loginKey(login));
  return found.executeTakeFirst();
}

/** Users that a condition holds for, by login, after one login. */
export function listUsers(
  db: Db,
  page: { readonly where: Expression<SqlBool>; readonly after: string; readonly limit: number },
): Promise<UserRow[]> {
  return db
    .selectFrom("users")
    .selectAll()
    .where(page.where)
    .where("login", ">", page.after)
    .orderBy("login")
    .limit(page.limit)
    .execute();
}

/** The staff members of a facility who have an account. */
export async function personsWithAccount(db: Db, facility: string): Promise<ReadonlySet<string>> {
  const found = await db
    .selectFrom("users")
    .select("person")
    .where("scope_kind", "=", "facility")
    .where("scope", "=", facility)
    .where("disabled", "=", 0)
    .where("person", "is not", null)
    .execute();
  return new Set(found.flatMap(({ person }) => person ?? []));
}

/** Which staff ids of a facility these accounts are linked to; an account without one is left out. */
export async function personsOfUsers(
  db: Db,
  facility: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await db
    .selectFrom("users")
    .select(["id", "person"])
    .where("id", "in", ids)
    .where("scope_kind", "=", "facility")
    .where("scope", "=", facility)
    .where("person", "is not", null)
    .execute();
  return new Map(found.flatMap(({ id, person }) => (person === null ? [] : [[id, person]])));
}

/** How many administrators can sign in. */
export async function countAdministrators(db: Db): Promise<number> {
  const { n } = await db
    .selectFrom("users")
    .select((select) => select.fn.countAll<number | string>().as("n"))
    .where("role", "=", "administrator")
    .where("disabled", "=", 0)
    .where("password", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** How many administrators can sign in; nobody else can change them until the transaction ends. */
export async function holdAdministrators(tx: Tx): Promise<number> {
  const held = await tx
    .updateTable("users")
    .set((row) => ({ disabled: row.ref("disabled") }))
    .where("role", "=", "administrator")
    .returning(["disabled", "password"])
    .execute();
  return held.filter(({ disabled, password }) => disabled === 0 && password !== null).length;
}

/** The user as it is now, if the condition holds; nobody else can change it until the transaction ends. Before its links, like everybody. */
export async function holdUser(
  tx: Tx,
  id: string,
  where?: Expression<SqlBool>,
): Promise<UserRow | undefined> {
  let held = tx
    .updateTable("users")
    .set((row) => ({ disabled: row.ref("disabled") }))
    .where("id", "=", id);
  if (where !== undefined) held = held.where(where);
  return held.returningAll().executeTakeFirst();
}

export async function dropUser(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("users").where("id", "=", id).execute();
}

/** False: the login is in use. */
export async function insertUser(tx: Tx, user: UserRow): Promise<boolean> {
  const made = await tx
    .insertInto("users")
    .values(user)
    .onConflict((conflict) => conflict.column("login").doNothing())
    .executeTakeFirst();
  return made.numInsertedOrUpdatedRows === 1n;
}

/** Sets a password; false: the one that was checked is the user's no more, or the user has been disabled. */
export async function replacePassword(
  tx: Tx,
  user: Pick<UserRow, "id" | "password">,
  password: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("users")
    .set({ password })
    .where("id", "=", user.id)
    .where("password", "is not distinct from", user.password)
    .where("disabled", "=", 0)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function updateUser(
  tx: Tx,
  id: string,
  changes: Omit<Updateable<UsersTable>, "id">,
): Promise<UserRow> {
  const changed = tx.updateTable("users").set(changes).where("id", "=", id).returningAll();
  return changed.executeTakeFirstOrThrow();
}

/** Whether another account of the facility is this person's. */
export async function isPersonTaken(db: Db, user: UserRow): Promise<boolean> {
  if (user.person === null) return false;
  const other = await db
    .selectFrom("users")
    .select("id")
    .where("scope_kind", "=", user.scope_kind)
    .where("scope", "=", user.scope)
    .where("person", "=", user.person)
    .where("id", "!=", user.id)
    .executeTakeFirst();
  return other !== undefined;
}

/** What became of a user, in the log of the facility that the user is of; users of a region or of all are in no log. */
export async function logUser(
  tx: Tx,
  user: Pick<UserRow, "scope_kind" | "scope">,
  entry: { readonly draft: LedgerDraft; readonly now: number },
): Promise<void> {
  if (user.scope_kind !== "facility") return;
  const logs = await openLogs(tx, [user.scope], entry.now);
  logs.append(user.scope, entry.draft, null);
  await logs.flush();
}

export function loginKey(login: string): string {
  return login.normalize("NFC").toLowerCase();
}

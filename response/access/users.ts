/** Who has an account, and what with: administrators see to all of them, managers to the carers of their facilities. */
import { ok } from "@anhu/core/result";
import {
  holdAdministrators,
  holdUser,
  insertUser,
  isPersonTaken,
  logUser,
  loginKey,
  updateUser,
} from "../store/users.ts";
import { dropInvitations } from "../store/sessions.ts";
import type { UserRow } from "../store/users.ts";
import type { AccountResult, AccountsOptions } from "./accounts.ts";
import { no } from "./accounts.ts";
import { BAD_LOGIN, isLogin, newInvitation, newUserId } from "./links.ts";
import type { Principal, Role, Scope } from "./model.ts";
import { SCOPES_OF } from "./rights.ts";
import { holdsFacility, inCharge, REGION } from "./scope.ts";

export interface UserDraft {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly person: string | null;
  readonly language: "zh" | "en";
}

export type UserChange = Partial<Omit<UserDraft, "login">> & { readonly disabled?: boolean };

/** Adds a user and invites: the link's token is told once. Refuses with `bad_login`, `login_taken` and as `changeUser` does. */
export async function addUser(
  options: AccountsOptions,
  by: Principal,
  draft: UserDraft,
): Promise<AccountResult<{ user: UserRow; token: string }>> {
  const { db, clock, log } = options;
  const now = clock.wall();
  const { login, name, role, scope, person, language } = draft;
  if (!isLogin(login)) return no("bad_login", BAD_LOGIN);
  const user: UserRow = {
    id: newUserId(),
    login: loginKey(login),
    name,
    role,
    scope_kind: scope.kind,
    scope: scope.of,
    person,
    password: null,
    language,
    disabled: 0,
    created_at: now,
    created_by: by.actor,
  };
  const wrong = await mistakeIn(options, by, { user, before: null });
  if (wrong !== null) return wrong;
  const token = await db.transaction().execute(async (tx) => {
    if (!(await insertUser(tx, user))) return null;
    await logUser(tx, user, { draft: entry(by, "user_added", user), now });
    return newInvitation(tx, user.id, now);
  });
  if (token === null) return no("login_taken", `${login} is in use`);
  log.info({ user: user.id, role, scope, by: by.actor }, "user added");
  return ok({ user, token });
}

/**
 * Changes a user. A new role, scope or person, and being disabled, end the user's sessions and invitation. Refuses with `not_found` (also whom one is not
 * in charge of), `not_allowed`, `wrong_scope`, `unknown_person`, `person_taken`, `last_administrator`.
 */
export async function changeUser(
  options: AccountsOptions,
  by: Principal,
  { id, change }: { readonly id: string; readonly change: UserChange },
): Promise<AccountResult<UserRow>> {
  const { db, clock, sessions, log } = options;
  const user = await findUser(options, by, id);
  if (user === undefined) return no("not_found", `no user ${id}`);
  const { name, language, role, scope, person, disabled } = change;
  // Only what is asked for is written: what others change at this moment, a new password or being disabled, stays.
  const asked = {
    ...(name === undefined ? {} : { name }),
    ...(language === undefined ? {} : { language }),
    ...(role === undefined ? {} : { role }),
    ...(scope === undefined ? {} : { scope_kind: scope.kind, scope: scope.of }),
    ...(person === undefined ? {} : { person }),
    ...(disabled === undefined ? {} : ({ disabled: disabled ? 1 : 0 } as const)),
  };
  const wanted: UserRow = { ...user, ...asked };
  const wrong = await mistakeIn(options, by, { user: wanted, before: user });
  if (wrong !== null) return wrong;
  const stays = wanted.role === "administrator" && wanted.disabled === 0;
  const now = clock.wall();
  const changed = await db.transaction().execute(async (tx) => {
    const administrators = stays ? Infinity : await holdAdministrators(tx);
    // As it is now: it may have become somebody of whom one is not in charge.
    const held = await holdUser(tx, id, inCharge(by));
    if (held === undefined) return no("not_found", `no user ${id}`);
    const isActive = held.role === "administrator" && held.disabled === 0 && held.password !== null;
    if (isActive && administrators < 2) {
      return no("last_administrator", "nobody else could put it right again");
    }
    const row = Object.keys(asked).length === 0 ? held : await updateUser(tx, id, asked);
    const isOther = isOtherPerson(held, row);
    // Whoever holds a link for a carer must not come in as what the carer has become.
    if (isOther) await dropInvitations(tx, id);
    const type = row.disabled > held.disabled ? "user_disabled" : "user_changed";
    await logUser(tx, row, { draft: entry(by, type, row), now });
    return ok({ row, isOther, type });
  });
  if (!changed.ok) return changed;
  const { row, isOther, type } = changed.value;
  if (isOther) await sessions.endAll(id);
  log.info({ user: id, by: by.actor, type }, "user changed");
  return ok(row);
}

/** A fresh link for a user who has lost password or link; the old one is over. Refuses with `not_found`. */
export async function inviteAgain(
  options: AccountsOptions,
  by: Principal,
  id: string,
): Promise<AccountResult<string>> {
  const { db, clock, log } = options;
  const now = clock.wall();
  const token = await db.transaction().execute(async (tx) => {
    const held = await holdUser(tx, id, inCharge(by));
    if (held === undefined) return null;
    await logUser(tx, held, { draft: entry(by, "user_invited", held), now });
    return newInvitation(tx, id, now);
  });
  if (token === null) return no("not_found", `no user ${id}`);
  log.info({ user: id, by: by.actor }, "user invited");
  return ok(token);
}

async function findUser({ db }: AccountsOptions, by: Principal, id: string) {
  const found = db.selectFrom("users").selectAll().where("id", "=", id).where(inCharge(by));
  return found.executeTakeFirst();
}

/** Why the user cannot be as wanted; null: can be. What stays as it was is no mistake, so that everybody can still be disabled. */
async function mistakeIn(
  { db, facilities }: AccountsOptions,
  by: Principal,
  { user, before }: { readonly user: UserRow; readonly before: UserRow | null },
): Promise<ReturnType<typeof no> | null> {
  const { role, scope_kind: kind, scope: of, person } = user;
  if (by.role !== "administrator" && role !== "carer") {
    return no("not_allowed", "only an administrator gives this role");
  }
  const kinds: readonly string[] = SCOPES_OF[role];
  if (!kinds.includes(kind)) return no("wrong_scope", `a ${role} has: ${kinds.join(", ")}`);
  if (kind === "region" && !REGION.test(of)) return no("wrong_scope", "a region is its digits");
  if (kind === "all" && of !== "") return no("wrong_scope", "all has no name");
  const isElsewhere = before?.scope_kind !== kind || before.scope !== of;
  const file = kind === "facility" ? facilities.byId.get(of) : undefined;
  if (kind === "facility" && isElsewhere) {
    if (file === undefined || !(await holdsFacility(db, by.scope, of))) {
      return no("wrong_scope", `no facility ${of}`);
    }
  }
  if (person === null || (!isElsewhere && before.person === person)) return null;
  if (file?.staff.some(({ id }) => id === person) !== true) {
    return no("unknown_person", `${person} is not of the facility's staff`);
  }
  return (await isPersonTaken(db, user)) ? no("person_taken", `${person} has an account`) : null;
}

function isOtherPerson(before: UserRow, after: UserRow): boolean {
  return (["role", "scope_kind", "scope", "person", "disabled"] as const).some(
    (field) => before[field] !== after[field],
  );
}

function entry({ actor }: Principal, type: string, { id, role, person }: UserRow) {
  return { actor, type, data: { user: id, role, person } };
}

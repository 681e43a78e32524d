/**
 * One-time links, for who has no password yet:
 *
 *   administrator  15 min   `npx anhu admin link`   makes an administrator, or gives one a new password
 *   invitation     72 h     users' page             gives the invited user a password
 *
 * The token stands in the address behind `#`, which no browser sends to a server and no server writes to a log.
 */
import { randomBytes } from "node:crypto";
import { ok } from "@anhu/core/result";
import { findLink, insertLink, useLink } from "../store/sessions.ts";
import type { LinkRow } from "../store/sessions.ts";
import {
  dropUser,
  holdUser,
  insertUser,
  logUser,
  loginKey,
  updateUser,
  userById,
  userByLogin,
} from "../store/users.ts";
import type { UserRow } from "../store/users.ts";
import type { Db, Tx } from "../store/schema.ts";
import type { AccountResult, AccountsOptions } from "./accounts.ts";
import { no } from "./accounts.ts";
import { weaknessOf } from "./passwords.ts";
import type { SignedIn } from "./sign-in.ts";
import { hashToken, newToken } from "./tokens.ts";

const ADMINISTRATOR_MS = 15 * 60_000;
/** assumption: a carer's days off. */
const INVITATION_MS = 72 * 3_600_000;

/** Letters and digits of any script, and `. _ @ -`; 2 to 64 code points. */
const LOGIN = /^[\p{L}\p{N}._@-]{2,64}$/u;

export interface Joining {
  readonly token: string;
  /** Needed with an administrator's link; who is invited has one. */
  readonly login?: string;
  readonly name?: string;
  readonly password: string;
  readonly language?: "zh" | "en";
  readonly agent: string;
}

/** Makes a link that lets its holder be an administrator: its token, told once. Earlier ones that nobody used are over. */
export async function newAdministratorLink(db: Db, now: number): Promise<string> {
  const token = newToken();
  await db.transaction().execute((tx) =>
    insertLink(tx, {
      token_hash: hashToken(token),
      purpose: "administrator",
      user: null,
      expires_at: now + ADMINISTRATOR_MS,
      used_at: null,
    }),
  );
  return token;
}

/** Makes a link that lets a user set a password: its token, told once. Earlier ones of the user are over. */
export async function newInvitation(tx: Tx, user: string, now: number): Promise<string> {
  const token = newToken();
  await insertLink(tx, {
    token_hash: hashToken(token),
    purpose: "invitation",
    user,
    expires_at: now + INVITATION_MS,
    used_at: null,
  });
  return token;
}

/** What the holder of a link may know of it before it is used. */
export interface LinkSeen {
  readonly purpose: LinkRow["purpose"];
  /** The invited user's; null: an administrator's link, whose holder says who it is for. */
  readonly user: Pick<UserRow, "login" | "name"> | null;
  /** UTC ms. */
  readonly expires_at: number;
}

/** Looks at a link and leaves it as it is. Refuses with `unknown_link` and `link_over`, as `join` does. */
export async function seeLink(
  { db, clock }: Pick<AccountsOptions, "db" | "clock">,
  token: string,
): Promise<AccountResult<LinkSeen>> {
  const found = await usableLink(db, hashToken(token), clock.wall());
  if (!found.ok) return found;
  const { purpose, user: id, expires_at } = found.value;
  if (id === null) return ok({ purpose, user: null, expires_at });
  const user = await invitedUser(db, id);
  return user.ok ? ok({ purpose, user: user.value, expires_at }) : user;
}

/**
 * Uses a link: sets the password and signs in. Refuses with `unknown_link`, `link_over`, `weak_password`, `bad_login`, `login_taken`;
 * rejects with `sign_in_busy`.
 */
export async function join(
  options: AccountsOptions,
  joining: Joining,
): Promise<AccountResult<SignedIn>> {
  const { db, clock, passwords, sessions, log } = options;
  const tokenHash = hashToken(joining.token);
  const now = clock.wall();
  const usable = await usableLink(db, tokenHash, now);
  if (!usable.ok) return usable;
  const link = usable.value;
  const found = await userOf(db, link, joining, now);
  if (!found.ok) return found;
  const { user, isNew } = found.value;
  const weakness = weaknessOf(joining.password, user.login);
  if (weakness !== null) return no("weak_password", weakness);
  const password = await passwords.hash(joining.password);
  const begun = await db.transaction().execute(async (tx) => {
    if (!isNew) await holdUser(tx, user.id);
    const changes = {
      password,
      // Only who is at this machine lets in an account that is disabled.
      ...(link.user === null ? ({ disabled: 0 } as const) : {}),
      ...(joining.name === undefined ? {} : { name: joining.name }),
      ...(joining.language === undefined ? {} : { language: joining.language }),
    };
    if (isNew && !(await insertUser(tx, { ...user, ...changes }))) return "login_taken";
    if (!(await useLink(tx, tokenHash, now))) {
      if (isNew) await dropUser(tx, user.id);
      return null;
    }
    const joined = isNew ? { ...user, ...changes } : await updateUser(tx, user.id, changes);
    if (joined.disabled === 1) return null;
    const draft = { actor: `user:${user.id}`, type: "user_joined", data: { user: user.id } };
    await logUser(tx, joined, { draft, now });
    return sessions.begin(tx, joined, joining.agent);
  });
  if (begun === "login_taken") return no("login_taken", `${user.login} is in use`);
  if (begun === null) return no("link_over", "it was used, or the account is disabled");
  await sessions.endAll(user.id, begun.session.tokenHash);
  log.info({ user: user.id, role: user.role, purpose: link.purpose }, "joined by link");
  return ok(begun);
}

async function usableLink(db: Db, tokenHash: string, now: number): Promise<AccountResult<LinkRow>> {
  const link = await findLink(db, tokenHash);
  if (link === undefined) return no("unknown_link", "there is no such link");
  if (link.used_at !== null || link.expires_at <= now) {
    return no("link_over", link.used_at === null ? "it came to its end" : "it was used");
  }
  return ok(link);
}

async function invitedUser(db: Db, id: string): Promise<AccountResult<UserRow>> {
  const user = await userById(db, id);
  if (user === undefined || user.disabled === 1) return no("link_over", "the account is disabled");
  return ok(user);
}

/** Who the link is for: the invited user, an administrator, or a new one. */
async function userOf(
  db: Db,
  link: LinkRow,
  joining: Joining,
  now: number,
): Promise<AccountResult<{ user: UserRow; isNew: boolean }>> {
  if (link.user !== null) {
    const user = await invitedUser(db, link.user);
    return user.ok ? ok({ user: user.value, isNew: false }) : user;
  }
  const { login = "", name = login } = joining;
  if (!isLogin(login)) return no("bad_login", BAD_LOGIN);
  const known = await userByLogin(db, login);
  if (known !== undefined && known.role !== "administrator") {
    return no("login_taken", `${login} is somebody else`);
  }
  return ok({
    user: known ?? {
      id: newUserId(),
      login: loginKey(login),
      name,
      role: "administrator",
      scope_kind: "all",
      scope: "",
      person: null,
      password: null,
      language: "zh",
      disabled: 0,
      created_at: now,
      created_by: "link",
    },
    isNew: known === undefined,
  });
}

export const BAD_LOGIN = "a login has 2 to 64 letters, digits, or . _ @ -";

export function isLogin(login: string): boolean {
  return LOGIN.test(login.normalize("NFC"));
}

/** A pseudonym: what the ledger calls a user. */
export function newUserId(): string {
  return `u-${randomBytes(6).toString("hex")}`;
}

/**
 *   tries left? --no--> too_many_tries   password right? --no--> wrong_login   session, ledger entry
 *
 * An unknown login, an account that nobody has joined yet and a disabled one take the same time and get the same answer as a wrong password.
 */
import { ok } from "@anhu/core/result";
import { logUser, replacePassword, userById, userByLogin } from "../store/users.ts";
import type { AccountResult, AccountsOptions } from "./accounts.ts";
import { no } from "./accounts.ts";
import { weaknessOf } from "./passwords.ts";
import type { Session } from "./sessions.ts";
import { countTry, forgiveTry } from "./tries.ts";

export interface Attempt {
  readonly login: string;
  readonly password: string;
  /** Where it comes from: the other end's IP address. */
  readonly address: string;
  /** The browser's own name. */
  readonly agent: string;
}

export interface SignedIn {
  /** For the cookie; told once. */
  readonly token: string;
  readonly session: Session;
}

const WRONG = "login or password is wrong";

/** Signs somebody in. Refuses with `too_many_tries` and `wrong_login`; rejects with `sign_in_busy`. */
export async function signIn(
  { db, clock, passwords, sessions, log }: AccountsOptions,
  attempt: Attempt,
): Promise<AccountResult<SignedIn>> {
  const { login, password, address, agent } = attempt;
  const waitMs = await countTry(db, clock, attempt);
  if (waitMs > 0) {
    log.warn({ address, waitMs }, "sign-in refused: too many tries");
    const detail = `wait ${Math.ceil(waitMs / 1000)} s`;
    return { ok: false, error: { reason: "too_many_tries", detail, waitMs } };
  }
  const user = await userByLogin(db, login);
  const mayJoin = user !== undefined && user.disabled === 0;
  const isRight = await passwords.matches(password, mayJoin ? user.password : null);
  const now = clock.wall();
  if (user === undefined || !isRight) {
    log.warn({ address, user: user?.id ?? null }, "sign-in refused: wrong login or password");
    if (user !== undefined) {
      const draft = { actor: "response", type: "user_refused", data: { user: user.id } };
      await db.transaction().execute((tx) => logUser(tx, user, { draft, now }));
    }
    return no("wrong_login", WRONG);
  }
  await forgiveTry(db, clock, attempt);
  const begun = await db.transaction().execute(async (tx) => {
    // The look at the password takes its time: whoever was disabled or got a new one meanwhile is not let in by the old one.
    const present = await userById(tx, user.id);
    if (present?.disabled !== 0 || present.password !== user.password) return null;
    const draft = { actor: `user:${user.id}`, type: "user_signed_in", data: { user: user.id } };
    await logUser(tx, present, { draft, now });
    return sessions.begin(tx, present, agent);
  });
  if (begun === null) return no("wrong_login", WRONG);
  log.info({ user: user.id, role: user.role, address }, "signed in");
  return ok(begun);
}

/** Signs somebody out. */
export async function signOut(
  { db, clock, sessions, log }: AccountsOptions,
  { tokenHash, user }: Session,
): Promise<void> {
  await sessions.end(tokenHash);
  const draft = { actor: `user:${user.id}`, type: "user_signed_out", data: { user: user.id } };
  const now = clock.wall();
  await db.transaction().execute((tx) => logUser(tx, user, { draft, now }));
  log.info({ user: user.id }, "signed out");
}

/**
 * Changes one's own password, which ends one's other sessions. Refuses with `wrong_login` when the present one is wrong, `weak_password`,
 * `too_many_tries`.
 */
export async function changePassword(
  options: AccountsOptions,
  change: {
    readonly session: Session;
    readonly current: string;
    readonly password: string;
    readonly address: string;
  },
): Promise<AccountResult<null>> {
  const { db, clock, passwords, sessions, log } = options;
  const { session, current, password, address } = change;
  const { user } = session;
  const who = { login: user.login, address };
  const waitMs = await countTry(db, clock, who);
  if (waitMs > 0) {
    const detail = `wait ${Math.ceil(waitMs / 1000)} s`;
    return { ok: false, error: { reason: "too_many_tries", detail, waitMs } };
  }
  if (!(await passwords.matches(current, user.password))) {
    return no("wrong_login", "the present password is wrong");
  }
  await forgiveTry(db, clock, who);
  const weakness = weaknessOf(password, user.login);
  if (weakness !== null) return no("weak_password", weakness);
  const phc = await passwords.hash(password);
  const draft = { actor: `user:${user.id}`, type: "user_password_set", data: { user: user.id } };
  const now = clock.wall();
  const isSet = await db.transaction().execute(async (tx) => {
    if (!(await replacePassword(tx, user, phc))) return false;
    await logUser(tx, user, { draft, now });
    return true;
  });
  // Checking and hashing take their time: meanwhile it was changed elsewhere.
  if (!isSet) return no("wrong_login", "the present password is wrong");
  await sessions.endAll(user.id, session.tokenHash);
  log.info({ user: user.id }, "password changed");
  return ok(null);
}

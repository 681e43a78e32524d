/** What all that changes accounts is given, and how it says no. */
import type { Result } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Facilities } from "../facilities/files.ts";
import type { Db } from "../store/schema.ts";
import type { Passwords } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";

export interface AccountsOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly facilities: Facilities;
  readonly log: Logger;
}

/** Why something about an account is not done; each is a problem of the API (http/problem.ts). */
export type AccountReason =
  | "wrong_login"
  | "too_many_tries"
  | "weak_password"
  | "unknown_link"
  | "link_over"
  | "login_taken"
  | "bad_login"
  | "wrong_scope"
  | "unknown_person"
  | "person_taken"
  | "last_administrator"
  | "not_allowed"
  | "not_found";

export type AccountResult<T> = Result<
  T,
  { readonly reason: AccountReason; readonly detail: string; readonly waitMs?: number }
>;

export function no(
  reason: AccountReason,
  detail: string,
): { readonly ok: false; readonly error: { reason: AccountReason; detail: string } } {
  return { ok: false, error: { reason, detail } };
}

/** The table of rights: who may do what. Where they may is their scope (scope.ts); docs/access.md shows both, held to this by a test. */
import { ROLES } from "./model.ts";
import type { Role, ScopeKind } from "./model.ts";

/** Each right, and the roles that have it. */
export const RIGHTS = {
  "incidents.read": ROLES,
  "incidents.act": ["administrator", "manager", "carer", "rescue-centre"],
  "incidents.close": ["administrator", "manager", "carer"],
  "residents.names": ["administrator", "manager", "carer"],
  "facilities.read": ROLES,
  "devices.read": ["administrator", "manager", "carer", "inspector"],
  "readings.read": ["administrator", "manager"],
  "room-codes.read": ["administrator", "manager"],
  "people.read": ["administrator", "manager", "carer"],
  "people.names": ["administrator", "manager", "carer"],
  "rota.read": ["administrator", "manager", "carer"],
  "deliveries.read": ["administrator", "manager", "inspector"],
  "ledger.read": ["administrator", "manager", "inspector"],
  "dead-letters.read": ["administrator", "manager"],
  "stream.read": ROLES,
  "test-call": ["administrator", "manager"],
  "test-mode": ["administrator", "manager"],
  "users.read": ["administrator", "manager"],
  "users.write": ["administrator", "manager"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Right = keyof typeof RIGHTS;

/**
 * What a route asks of who calls it: a right; `signed-in`: anybody who is; `public`: nothing; `loopback`: nothing, but it is there only on
 * this machine's own listener.
 */
export type Access = Right | "signed-in" | "public" | "loopback";

/** The kinds of scope that each role may be given. */
export const SCOPES_OF = {
  administrator: ["all"],
  manager: ["facility", "region"],
  carer: ["facility"],
  inspector: ["region"],
  "rescue-centre": ["region"],
} as const satisfies Readonly<Record<Role, readonly ScopeKind[]>>;

/** Whether a role has a right. */
export function hasRight(role: Role, right: Right): boolean {
  const roles: readonly Role[] = RIGHTS[right];
  return roles.includes(role);
}

import type { Role, Scope } from "@anhu/response/api";

const ALL: readonly Role[] = ["carer", "manager", "inspector", "rescue-centre", "administrator"];

/** The roles that one may give: an administrator all, a manager carers (response/access/users.ts decides). */
export function rolesToGive(own: Role): readonly Role[] {
  if (own === "administrator") return ALL;
  return own === "manager" ? ["carer"] : [];
}

/** Where a role holds. */
export function scopeKindOf(role: Role): Scope["kind"] {
  if (role === "administrator") return "all";
  return role === "carer" || role === "manager" ? "facility" : "region";
}

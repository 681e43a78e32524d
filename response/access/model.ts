/** Who may do what, where: a role gives rights, a scope the facilities that they hold for. */
export const ROLES = ["administrator", "manager", "carer", "inspector", "rescue-centre"] as const;
export type Role = (typeof ROLES)[number];

/** `all`; `region`: facilities whose region begins with the scope; `facility`: this one. */
export type ScopeKind = "all" | "region" | "facility";

export interface Scope {
  readonly kind: ScopeKind;
  /** A region's prefix or a facility's id; empty for `all`. */
  readonly of: string;
}

/** Who asks: a signed-in user, or this machine's own tools by the API token. */
export interface Principal {
  /** `user:<id>`, or `local` for the API token: the actor in the ledger. */
  readonly actor: string;
  readonly userId: string | null;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  /** Staff id in the facility of the scope; null: is not somebody who is called. */
  readonly person: string | null;
  readonly language: "zh" | "en";
}

/** The scope of who may see all there is, and of response's own reading. */
export const EVERYWHERE: Scope = { kind: "all", of: "" };

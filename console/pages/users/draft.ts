/** Who is to be invited, while it is typed. Pure. */
import type { Role } from "@anhu/response/api";
import type { Invitation } from "../../api/people.ts";
import type { Words } from "../../words/index.ts";
import { scopeKindOf } from "./roles.ts";

export interface Draft {
  readonly role: Role;
  readonly login: string;
  readonly name: string;
  /** Whichever of the two the role holds in. */
  readonly facility: string;
  readonly region: string;
  /** Of the staff; empty: none. */
  readonly person: string;
  readonly language: "zh" | "en";
}

/** What is not there yet, in words; null: nothing. */
export function lackOf({ role, login, name, region }: Draft, { users }: Words): string | null {
  if (login.trim() === "") return users.loginNeeded;
  if (name.trim() === "") return users.nameNeeded;
  return scopeKindOf(role) === "region" && region === "" ? users.regionNeeded : null;
}

export function invitationOf(draft: Draft): Invitation {
  const { role, login, name, facility, region, person, language } = draft;
  const kind = scopeKindOf(role);
  const of = { all: "", region, facility }[kind];
  return {
    login: login.trim(),
    name: name.trim(),
    role,
    scope: { kind, of },
    person: kind === "facility" && person !== "" ? person : null,
    language,
  };
}

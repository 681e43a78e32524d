/** Who is to be invited or put right, while it is typed. Pure. */
import type { Role, Scope, UserView } from "@anhu/response/api";
import type { Invitation } from "../../api/people.ts";
import type { Words } from "../../words/index.ts";
import { scopeKindOf } from "./roles.ts";

export interface Place {
  readonly role: Role;
  /** Whichever of the two the role holds in. */
  readonly facility: string;
  readonly region: string;
  /** Of the staff; empty: none. */
  readonly person: string;
}

export interface Draft extends Place {
  readonly login: string;
  readonly name: string;
  readonly language: "zh" | "en";
}

/** What is not there yet, in words; null: nothing. */
export function lackOf(draft: Draft, words: Words): string | null {
  if (draft.login.trim() === "") return words.users.loginNeeded;
  if (draft.name.trim() === "") return words.users.nameNeeded;
  return lackOfPlace(draft, words);
}

/** As `lackOf`, of where the role holds. */
export function lackOfPlace({ role, region }: Place, { users }: Words): string | null {
  return scopeKindOf(role) === "region" && region === "" ? users.regionNeeded : null;
}

export function invitationOf(draft: Draft): Invitation {
  const { role, login, name, language } = draft;
  return { login: login.trim(), name: name.trim(), role, ...scopeOf(draft), language };
}

/** Where the role holds and who of the staff it is, as the API has it. */
export function scopeOf(place: Place): { readonly scope: Scope; readonly person: string | null } {
  const { role, facility, region, person } = place;
  const kind = scopeKindOf(role);
  const of = { all: "", region, facility }[kind];
  return {
    scope: { kind, of },
    person: kind === "facility" && person !== "" ? person : null,
  };
}

/** An account's own, to begin with. */
export function placeOf({ role, scope, person }: UserView): Place {
  return {
    role,
    facility: scope.kind === "facility" ? scope.of : "",
    region: scope.kind === "region" ? scope.of : "",
    person: person ?? "",
  };
}

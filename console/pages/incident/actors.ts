/** Who wrote an entry of the ledger, in words. Pure. */
import type { IncidentDetail } from "@anhu/response/api";
import { numberOf } from "../../parts/names.ts";
import { fill } from "../../words/index.ts";
import type { Words } from "../../words/index.ts";

export interface Actors {
  readonly words: Words;
  /** The name of a staff id. */
  readonly person: (person: string, role?: string) => string;
  /** Whose page it is: "you". */
  readonly userId: string;
  /** Which staff id an account is, as far as that is known. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** Who an account is linked to, and before that what it has done as somebody of the staff says who it is. */
export function accountsOf({
  timeline,
  accounts,
}: Pick<IncidentDetail, "timeline" | "accounts">): ReadonlyMap<string, string> {
  const known = new Map(Object.entries(accounts));
  for (const { actor, data } of timeline) {
    const person = data["person"];
    if (actor.startsWith("user:") && typeof person === "string" && person !== actor) {
      known.set(actor, person);
    }
  }
  return known;
}

/** `response`, `local`, `gateway:<id>`, `staff:<id>` or `user:<id>` in words. */
export function actorText(actor: string, { words, person, userId, accounts }: Actors): string {
  const [kind = "", id = ""] = actor.split(":");
  const account = accounts.get(actor);
  if (kind === "user" && id === userId) return words.person.you;
  if (account !== undefined) return person(account);
  switch (kind) {
    case "local":
      return words.person.local;
    case "gateway":
      return fill(words.person.gateway, { number: numberOf(id) });
    case "staff":
      return person(id);
    case "user":
      // Enough to tell two of them apart.
      return fill(words.person.user, { number: numberOf(id).slice(0, 4) });
    default:
      return words.person.system;
  }
}

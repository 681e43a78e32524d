/** How a person can be reached: the channels of the facility file in their order, then the console for who has an account. */
import type { Facility, StaffMember } from "@anhu/core/facility";
import type { Tx } from "../store/schema.ts";

/** One way to reach one person. `channel` is its kind; a second one of a kind has a number: `webhook`, `webhook-2`. */
export interface Reach {
  readonly channel: string;
  /** A folder of channels/. */
  readonly kind: string;
  /** As the facility file has it; empty where the kind itself knows the way. */
  readonly address: string;
}

/** `webhook` of `webhook-2`: a folder of channels/. */
export function kindOf({ channel }: Pick<Reach, "channel">): string {
  return channel.replace(/-\d+$/, "");
}

export const CONSOLE: Reach = { channel: "console", kind: "console", address: "" };

/** The channels that the facility file gives a person; none for somebody who is not in its staff. */
export function reachesOf(facility: Facility | undefined, person: string): readonly Reach[] {
  const member = facility?.staff.find(({ id }) => id === person);
  if (member === undefined) return [];
  const counts = new Map<string, number>();
  return entriesOf(member).map(([kind, address]) => {
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    return { channel: n === 1 ? kind : `${kind}-${n}`, kind, address };
  });
}

/** Whether somebody who may sign in is linked to the staff id. */
export async function hasAccount(tx: Tx, facility: string, person: string): Promise<boolean> {
  const user = await tx
    .selectFrom("users")
    .select("id")
    .where("person", "=", person)
    .where("scope_kind", "=", "facility")
    .where("scope", "=", facility)
    .where("disabled", "=", 0)
    .executeTakeFirst();
  return user !== undefined;
}

function entriesOf({ channels }: StaffMember): readonly (readonly [string, string])[] {
  return channels.flatMap(({ webhook, email }) => [
    ...(webhook === undefined ? [] : [["webhook", webhook] as const]),
    ...(email === undefined ? [] : [["email", email] as const]),
  ]);
}

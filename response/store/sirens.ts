/** Which sirens say that nobody has answered. */
import type { Tx } from "./schema.ts";

/**
 * Gateways whose sirens said it of this incident and have no reason to go on: none while another incident of the facility that sounded
 * them is unanswered. One whose reply was lost counts: it may sound all the same.
 */
export async function sirensToQuiet(
  tx: Tx,
  { facility, incident }: { readonly facility: string; readonly incident: string },
): Promise<readonly string[]> {
  const other = await tx
    .selectFrom("escalations as e")
    .select("e.incident")
    .where("e.facility", "=", facility)
    .where("e.phase", "=", "unanswered")
    .where("e.incident", "!=", incident)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("deliveries as d")
          .select("d.id")
          .whereRef("d.incident", "=", "e.incident")
          .where("d.channel", "=", "siren"),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  if (other !== undefined) return [];
  const rows = await tx
    .selectFrom("deliveries")
    .select("person")
    .distinct()
    .where("incident", "=", incident)
    .where("channel", "=", "siren")
    .where("state", "!=", "cancelled")
    .orderBy("person")
    .execute();
  return rows.map(({ person }) => person);
}

/** Which sirens say that nobody has answered. */
import { openLogs } from "./log.ts";
import type { Tx } from "./schema.ts";

/** Whether nobody has answered an incident yet. Holds its facility's log: an answer that comes now finds what is written after this. */
export async function isUnanswered(
  tx: Tx,
  { facility, incident }: { readonly facility: string; readonly incident: string | null },
): Promise<boolean> {
  await openLogs(tx, [facility], 0);
  const row = await tx
    .selectFrom("escalations")
    .select("phase")
    .where("incident", "=", incident)
    .executeTakeFirst();
  return row === undefined || row.phase === "calling" || row.phase === "unanswered";
}

/** Commands to sound for this incident that have no answer yet are not sent again. One that comes late all the same comes before the end. */
export async function withdrawSirens(
  tx: Tx,
  of: { readonly facility: string; readonly gateway: string; readonly incident: string },
  now: number,
): Promise<void> {
  await tx
    .updateTable("commands")
    .set({ state: "expired", detail: "answered", changed_at: now })
    .where("facility", "=", of.facility)
    .where("gateway", "=", of.gateway)
    .where("incident", "=", of.incident)
    .where("verb", "=", "siren")
    .where("state", "in", ["queued", "sent"])
    .execute();
}

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

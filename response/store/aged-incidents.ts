/**
 * Of incidents that were closed long ago, the calls and the messages of their alerts go; the incident, its alerts, its events and its log stay.
 * The same message once more, years later, is still no new alarm and no new entry: record.ts knows it by its alert (isSaidBefore).
 *
 *   closed incidents, by position from a cursor on --at most ROWS of each table of one--> deleted; nothing left of it: the next, at most INCIDENTS
 */
import type { Db } from "./schema.ts";

/** Few at a time: no alarm waits for the deletion. */
const INCIDENTS = 50;
const ROWS = 500;

export interface Dropped {
  readonly calls: number;
  readonly alert_messages: number;
  /** Where the next step begins; 0: at the first again. */
  readonly after: number;
}

/** One step over incidents whose last change was before, UTC ms. */
export async function dropOfClosed(
  db: Db,
  { before, after }: { readonly before: number; readonly after: number },
): Promise<Dropped> {
  const closed = await db
    .selectFrom("incidents")
    .select(["id", "position"])
    .where("state", "=", "closed")
    .where("changed_at", "<", before)
    .where("position", ">", after)
    .orderBy("position")
    .limit(INCIDENTS)
    .execute();
  const gone = { calls: 0, alert_messages: 0 };
  let done = after;
  for (const { id, position } of closed) {
    const calls = await dropCalls(db, id);
    const messages = await dropMessages(db, id);
    gone.calls += calls;
    gone.alert_messages += messages;
    if (calls === ROWS || messages === ROWS) return { ...gone, after: done };
    done = position;
  }
  return { ...gone, after: closed.length < INCIDENTS ? 0 : done };
}

async function dropCalls(db: Db, incident: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("calls")
    .where("position", "in", (eb) =>
      eb.selectFrom("calls").select("position").where("incident", "=", incident).limit(ROWS),
    )
    // It may have been opened again meanwhile.
    .where("incident", "in", closedAs(db, incident))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function dropMessages(db: Db, incident: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("alert_messages")
    .where((eb) =>
      eb(
        eb.refTuple("facility", "gateway", "alert", "phase", "mark"),
        "in",
        eb
          .selectFrom("alert_messages as m")
          .innerJoin("alerts as a", (join) =>
            join
              .onRef("a.facility", "=", "m.facility")
              .onRef("a.gateway", "=", "m.gateway")
              .onRef("a.alert", "=", "m.alert"),
          )
          .select(["m.facility", "m.gateway", "m.alert", "m.phase", "m.mark"])
          .where("a.incident", "in", closedAs(db, incident))
          .limit(ROWS)
          .$asTuple("facility", "gateway", "alert", "phase", "mark"),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

function closedAs(db: Db, id: string) {
  return db.selectFrom("incidents").select("id").where("id", "=", id).where("state", "=", "closed");
}

/** Escalations as rows: opened with their incident, found when they are due, read with all that a decision needs. */
import { sql } from "kysely";
import { INCIDENT_STATES } from "@anhu/core/states";
import type { Call, Escalation } from "../escalation/model.ts";
import { isOver } from "../incidents/model.ts";
import type { Incident } from "../incidents/model.ts";
import { incidentById } from "./rows.ts";
import type { Db, Tx } from "./schema.ts";

/** Rooms that are read per incident: beyond them it is everywhere. */
const ROOMS = 50;

/** In the transaction that records an alert: a row when there is none, and due at once in any case. */
export async function openEscalation(
  tx: Tx,
  incident: Pick<Incident, "id" | "facility" | "lead">,
  nowSteady: number,
): Promise<void> {
  await tx
    .insertInto("escalations")
    .values({
      incident: incident.id,
      facility: incident.facility,
      policy: "",
      severity: incident.lead.severity,
      phase: "calling",
      round: 1,
      from_round: 1,
      tiers_begun: 0,
      began_steady: nowSteady,
      unanswered_steady: null,
      silenced_until_steady: null,
      silenced_alerts: 0,
      alerts_told: 0,
      told_steady: null,
      overdue_steady: null,
      next_steady: nowSteady,
    })
    .onConflict((conflict) => conflict.column("incident").doUpdateSet({ next_steady: nowSteady }))
    .execute();
}

export interface Due {
  readonly incident: string;
  readonly facility: string;
}

/** The incident's, as it is now: that of the escalation is what people were called for. */
const RANK = sql<number>`case i.severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end`;

/** Escalations that must be looked at, the gravest first, then the longest due: no fire waits while a county's gateways fall silent. */
export function dueEscalations(db: Db, nowSteady: number, limit: number): Promise<Due[]> {
  return db
    .selectFrom("escalations as e")
    .innerJoin("incidents as i", "i.id", "e.incident")
    .select(["e.incident", "e.facility"])
    .where("e.next_steady", "<=", nowSteady)
    .orderBy(RANK)
    .orderBy("e.next_steady")
    .orderBy("e.incident")
    .limit(limit)
    .execute();
}

/** When the next look is due, steady ms; null: nothing is live. */
export async function nextDue(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom("escalations")
    .select((eb) => eb.fn.min("next_steady").as("at"))
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Sets when the next look is due. */
export async function postpone(db: Tx | Db, incident: string, toSteady: number): Promise<void> {
  await db
    .updateTable("escalations")
    .set({ next_steady: toSteady })
    .where("incident", "=", incident)
    .execute();
}

/** Every live incident is due now. */
export async function hasten(db: Db, nowSteady: number): Promise<void> {
  await db
    .updateTable("escalations")
    .set({ next_steady: nowSteady })
    .where("next_steady", ">", nowSteady)
    .execute();
}

export interface StoredSituation {
  readonly incident: Incident;
  readonly escalation: Escalation;
  readonly alerts: number;
  readonly testedUntil: number | null;
  readonly calls: readonly Call[];
  readonly rooms: readonly string[];
}

/** Everything that is kept of an incident and its people; undefined: there is no such incident, or no escalation of it. */
export async function readSituation(
  tx: Tx,
  id: string,
  now: number,
): Promise<StoredSituation | undefined> {
  const incident = await incidentById(tx, id);
  const escalation = await tx
    .selectFrom("escalations")
    .selectAll()
    .where("incident", "=", id)
    .executeTakeFirst();
  if (incident === null || escalation === undefined) return undefined;
  return {
    incident,
    escalation,
    alerts: await countAlerts(tx, id),
    testedUntil: await testedUntil(tx, id, now),
    calls: await callsSince(tx, id, escalation.from_round),
    rooms: await roomsOf(tx, incident),
  };
}

export async function writeEscalation(tx: Tx, escalation: Escalation): Promise<void> {
  const { incident, facility: _facility, ...set } = escalation;
  await tx.updateTable("escalations").set(set).where("incident", "=", incident).execute();
}

const LIVE = ["calling", "answered", "arrived", "unanswered", "deferred"] as const;

/** Incidents that nothing would look at again although they are live, or over and their people were not stood down: each is a mistake of ours. */
export async function lostEscalations(db: Db, limit: number): Promise<Due[]> {
  const unwatched = await db
    .selectFrom("incidents as i")
    .leftJoin("escalations as e", "e.incident", "i.id")
    .select(["i.id as incident", "i.facility"])
    .where(
      "i.state",
      "in",
      INCIDENT_STATES.filter((state) => !isOver(state)),
    )
    .where("e.next_steady", "is", null)
    .orderBy("i.position")
    .limit(limit)
    .execute();
  const unsettled = await db
    .selectFrom("escalations")
    .select(["incident", "facility"])
    .where("phase", "in", LIVE)
    .where("next_steady", "is", null)
    .limit(limit)
    .execute();
  const lost = new Map([...unwatched, ...unsettled].map((row) => [row.incident, row]));
  return [...lost.values()];
}

async function countAlerts(tx: Tx, incident: string): Promise<number> {
  const { n } = await tx
    .selectFrom("alerts")
    .select((eb) => eb.fn.countAll<number | string>().as("n"))
    .where("incident", "=", incident)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** When the first of the devices that are in alarm leaves its test mode; null: one is in none. */
async function testedUntil(tx: Tx, incident: string, now: number): Promise<number | null> {
  const rows = await tx
    .selectFrom("alerts as a")
    .leftJoin("test_modes as t", (join) =>
      join.onRef("t.facility", "=", "a.facility").onRef("t.device", "=", "a.device"),
    )
    .select((eb) => [
      eb.fn.countAll<number | string>().as("n"),
      eb.fn.count<number | string>("t.device").as("tested"),
      eb.fn.min("t.until").as("until"),
    ])
    .where("a.incident", "=", incident)
    .where("a.cleared_at", "is", null)
    .executeTakeFirstOrThrow();
  const until = rows.until ?? 0;
  return Number(rows.n) > 0 && Number(rows.n) === Number(rows.tested) && until > now ? until : null;
}

/** The latest call of each person and purpose, from a round on. */
function callsSince(tx: Tx, incident: string, round: number): Promise<Call[]> {
  const ranked = tx
    .selectFrom("calls")
    .selectAll()
    .select(
      sql<number>`row_number() over (partition by person, purpose order by round desc)`.as("rank"),
    )
    .where("incident", "=", incident)
    .where("round", ">=", round);
  return tx
    .selectFrom(ranked.as("c"))
    .selectAll()
    .where("rank", "=", 1)
    .orderBy("position")
    .execute();
}

/** Where its alerts hold, the leading one's first. */
async function roomsOf(tx: Tx, { id, lead }: Incident): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("alerts")
    .select("room")
    .distinct()
    .where("incident", "=", id)
    .where("cleared_at", "is", null)
    .orderBy("room")
    .limit(ROOMS)
    .execute();
  return [...new Set([lead.room, ...rows.map(({ room }) => room)])];
}

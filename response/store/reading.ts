/** What the HTTP API reads. Every list has a bound; pages go by `position`, newest first for incidents. */
import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { Scope } from "../access/model.ts";
import { inScope } from "../access/scope.ts";
import type { PersonCalled } from "../api/types.ts";
import type { Severity } from "@anhu/core/states";
import type { AlertRecord, Incident } from "../incidents/model.ts";
import { incidentFrom } from "./rows.ts";
import type { Db, DeadLettersTable, LedgerTable } from "./schema.ts";

/** Alerts shown per incident, the earliest first; `alert_count` tells how many there are. */
const ALERTS_SHOWN = 200;

export interface IncidentFilter {
  readonly state?: string;
  /** As the rule's group names it: `fire`, `care`. */
  readonly kind?: string;
  readonly severity?: Severity;
  /** Of the alert that names it. */
  readonly room?: string;
  /** Only those that are neither resolved nor closed. */
  readonly live?: true;
  /** Only facilities that are in every one of these. */
  readonly within?: readonly Scope[];
  /** Bounds of `opened_at`, UTC ms, `to` excluded. */
  readonly from?: number;
  readonly to?: number;
  /** Only incidents that were learned of before this position. */
  readonly before?: number;
  readonly limit: number;
}

export interface StoredIncident extends Incident {
  readonly position: number;
  readonly alerts: readonly AlertRecord[];
  readonly alert_count: number;
  readonly events: readonly { event: string; gateway: string; joined: boolean }[];
  /** Who was called, in the order of calling: of each the latest round. */
  readonly people: readonly PersonCalled[];
  /** Steady ms; null: the sirens are not silenced. */
  readonly silenced_until_steady: number | null;
}

export async function listIncidents(db: Db, filter: IncidentFilter): Promise<StoredIncident[]> {
  let query = db.selectFrom("incidents").selectAll();
  if (filter.state !== undefined) query = query.where("state", "=", filter.state as "raised");
  if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
  if (filter.severity !== undefined) query = query.where("severity", "=", filter.severity);
  if (filter.room !== undefined) query = query.where("room", "=", filter.room);
  if (filter.live === true) query = query.where("state", "not in", ["resolved", "closed"]);
  for (const scope of filter.within ?? []) query = query.where(inScope(scope));
  if (filter.from !== undefined) query = query.where("opened_at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("opened_at", "<", filter.to);
  if (filter.before !== undefined) query = query.where("position", "<", filter.before);
  return complete(db, await query.orderBy("position", "desc").limit(filter.limit).execute());
}

export async function findIncidents(
  db: Db,
  ids: readonly string[],
  scope: Scope,
): Promise<StoredIncident[]> {
  if (ids.length === 0) return [];
  const found = db.selectFrom("incidents").selectAll().where("id", "in", ids);
  return complete(db, await found.where(inScope(scope)).execute());
}

/** Whose incident it is; undefined: there is none. */
export async function facilityOfIncident(db: Db, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("incidents")
    .select("facility")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.facility;
}

export function timelineOf(db: Db, incident: string, limit: number): Promise<{ entry: string }[]> {
  return db
    .selectFrom("ledger")
    .select("entry")
    .where("incident", "=", incident)
    .orderBy("position")
    .limit(limit)
    .execute();
}

/** Entries of a facility's log from `from` (a seq) on. */
export function ledgerPage(
  db: Db,
  page: { readonly facility: string; readonly from: number; readonly limit: number },
): Promise<Pick<Selectable<LedgerTable>, "seq" | "entry" | "leaf">[]> {
  return db
    .selectFrom("ledger")
    .select(["seq", "entry", "leaf"])
    .where("facility", "=", page.facility)
    .where("seq", ">=", page.from)
    .orderBy("seq")
    .limit(page.limit)
    .execute();
}

/** How many entries a facility's log has. */
export async function ledgerSize(db: Db, facility: string): Promise<number> {
  const head = await db
    .selectFrom("ledger_heads")
    .select("seq")
    .where("facility", "=", facility)
    .executeTakeFirst();
  return head?.seq ?? 0;
}

/** Which incidents of the scope changed after `position`, in the order of the log. */
export async function changesAfter(
  db: Db,
  changes: { readonly position: number; readonly limit: number; readonly scope: Scope },
): Promise<{ position: number; incident: string | null }[]> {
  return db
    .selectFrom("ledger")
    .select(["position", "incident"])
    .where("position", ">", changes.position)
    .where(inScope(changes.scope))
    .orderBy("position")
    .limit(changes.limit)
    .execute();
}

export async function lastPosition(db: Db): Promise<number> {
  const row = await db
    .selectFrom("ledger")
    .select("position")
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.position ?? 0;
}

export function deadLetters(
  db: Db,
  letters: { readonly limit: number; readonly scope: Scope },
): Promise<Selectable<DeadLettersTable>[]> {
  const found = db.selectFrom("dead_letters").selectAll().where(inScope(letters.scope));
  return found.orderBy("id", "desc").limit(letters.limit).execute();
}

/** Incidents by state, for the metrics. */
export async function countIncidents(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("incidents")
    .select((select) => ["state", select.fn.countAll<number | string>().as("n")])
    .groupBy("state")
    .execute();
  return new Map(rows.map((row) => [row.state, Number(row.n)]));
}

type IncidentRow = Parameters<typeof incidentFrom>[0];

async function complete(db: Db, rows: readonly IncidentRow[]): Promise<StoredIncident[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const ranked = db
    .selectFrom("alerts")
    .selectAll()
    .select([
      sql<number>`row_number() over (partition by incident order by onset, alert)`.as("rank"),
      sql<number | string>`count(*) over (partition by incident)`.as("of"),
    ])
    .where("incident", "in", ids);
  const alerts = await db
    .selectFrom(ranked.as("a"))
    .selectAll()
    .where("rank", "<=", ALERTS_SHOWN)
    .orderBy("rank")
    .execute();
  const events = await db
    .selectFrom("events")
    .selectAll()
    .where("incident", "in", ids)
    .orderBy("joined")
    .orderBy("event")
    .execute();
  const calls = await callsOf(db, ids);
  const silenced = await db
    .selectFrom("escalations")
    .select(["incident", "silenced_until_steady"])
    .where("incident", "in", ids)
    .where("silenced_until_steady", "is not", null)
    .execute();
  const callsBy = Map.groupBy(calls, (call) => call.incident);
  const silencedBy = new Map(silenced.map((row) => [row.incident, row.silenced_until_steady]));
  const alertsOf = Map.groupBy(alerts, (alert) => alert.incident);
  const eventsOf = Map.groupBy(events, (event) => event.incident);
  return rows.map((row) => {
    const own = alertsOf.get(row.id) ?? [];
    return {
      ...incidentFrom(row),
      position: row.position,
      alerts: own.map(({ rank: _rank, of: _of, ...alert }) => ({
        ...alert,
        drill: alert.drill === 1,
      })),
      alert_count: Number(own[0]?.of ?? 0),
      events: (eventsOf.get(row.id) ?? []).map(({ event, gateway, joined }) => ({
        event,
        gateway,
        joined: joined === 1,
      })),
      people: (callsBy.get(row.id) ?? []).map(({ incident: _incident, ...call }) => call),
      silenced_until_steady: silencedBy.get(row.id) ?? null,
    };
  });
}

/** Of each person the latest call, that to come before the prompt, and what became of earlier promises. */
async function callsOf(
  db: Db,
  incidents: readonly string[],
): Promise<(PersonCalled & { incident: string })[]> {
  const ranked = db
    .selectFrom("calls")
    .selectAll()
    .select([
      sql<number>`row_number() over (partition by incident, person order by round desc, purpose)`.as(
        "rank",
      ),
      sql<number | null>`min(case when answer = 'coming' then answered_at end)
        over (partition by incident, person)`.as("promised_at"),
      sql<number | null>`max(case when answer = 'coming' and arrived_at is null then round end)
        over (partition by incident, person)`.as("missed_round"),
    ])
    .where("incident", "in", incidents);
  const rows = await db
    .selectFrom(ranked.as("c"))
    .leftJoin("escalations as e", "e.incident", "c.incident")
    .select([
      "c.incident",
      "c.person",
      "c.role",
      "c.tier",
      "c.purpose",
      "c.round",
      "c.called_at",
      "c.sent_at",
      "c.delivered_at",
      "c.answer",
      "c.answered_at",
      "c.arrived_at",
      "c.promised_at",
      "c.missed_round",
      "e.from_round",
    ])
    .where("c.rank", "=", 1)
    .orderBy("c.position")
    .execute();
  // A promise of before the people were called afresh (a reopened incident, a graver one) was not broken.
  return rows.map(({ missed_round, from_round, ...call }) => ({
    ...call,
    missed: missed_round !== null && missed_round < call.round && missed_round >= (from_round ?? 1),
  }));
}

/** Deliveries as rows. Every change of state names the state that it changes, so that two that meet cannot undo each other. */
import { sql } from "kysely";
import type { Selectable } from "kysely";
import type { DeliveryState } from "@anhu/core/states";
import type { Scope } from "../access/model.ts";
import { inScope } from "../access/scope.ts";
import type { Purpose } from "../channels/model.ts";
import type { DeliveriesTable, Db, Tx } from "./schema.ts";

export type DeliveryRow = Selectable<DeliveriesTable>;

/** What decides whose turn it is, without the text. */
export type DueDelivery = Pick<DeliveryRow, "id" | "facility" | "person" | "channel" | "severity">;

/** More than BURST of these, waiting for one person and channel, are told as one. */
const SUMMARISED: readonly Purpose[] = ["call", "update", "stand_down"];

/** A page that opens after a long time shows no more than this of what it missed, the oldest first. */
const UNSHOWN = 100;

const RANK = sql<number>`case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end`;

/** Which deliveries are due: graver first, then older; of one person and channel only the first `perPerson`. */
export function dueDeliveries(
  db: Db,
  options: {
    readonly steady: number;
    readonly perPerson: number;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<DueDelivery[]> {
  const ranked = db
    .selectFrom("deliveries")
    .select(["id", "facility", "person", "channel", "severity", "position", RANK.as("rank")])
    .select(
      sql<number>`row_number() over (partition by facility, person, channel order by ${RANK}, position)`.as(
        "place",
      ),
    )
    .where("state", "=", "queued")
    .where((eb) => eb.or([eb("next_steady", "is", null), eb("next_steady", "<=", options.steady)]));
  return db
    .selectFrom(ranked.as("due"))
    .select(["id", "facility", "person", "channel", "severity"])
    .where("place", "<=", options.perPerson)
    .orderBy("rank")
    .orderBy("position")
    .limit(options.limit)
    .offset(options.offset)
    .execute();
}

/** When the next try falls due, steady ms; null: none waits. */
export async function nextTry(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom("deliveries")
    .select((eb) => eb.fn.min("next_steady").as("at"))
    .where("state", "=", "queued")
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What was handed over when the process ended goes out again, under its id. */
export async function requeueSending(db: Db, now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable("deliveries")
    .set({ state: "queued", next_steady: null, changed_at: now })
    .where("state", "=", "sending")
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function deliveriesById(tx: Tx | Db, ids: readonly string[]): Promise<DeliveryRow[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom("deliveries")
    .selectAll()
    .where("id", "in", ids)
    .orderBy("position")
    .execute();
}

/** Writes a change of one delivery; true when it was in one of `from`. */
export async function moveDelivery(
  tx: Tx,
  id: string,
  change: {
    readonly from: readonly DeliveryState[];
    readonly set: Partial<Omit<DeliveriesTable, "id" | "position">>;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("deliveries")
    .set(change.set)
    .where("id", "=", id)
    .where("state", "in", change.from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The further channels of a notice are not needed any more. */
export async function cancelHeld(
  tx: Tx,
  notices: readonly string[],
  { reason, now }: { readonly reason: string; readonly now: number },
): Promise<void> {
  if (notices.length === 0) return;
  await tx
    .updateTable("deliveries")
    .set({ state: "cancelled", reason, changed_at: now })
    .where("notice", "in", notices)
    .where("state", "=", "held")
    .execute();
}

/** A person's device shows it: the further channels that were let go and are waiting are not needed either. */
export async function cancelFurther(
  tx: Tx,
  notices: readonly string[],
  { reason, now }: { readonly reason: string; readonly now: number },
): Promise<void> {
  if (notices.length === 0) return;
  await tx
    .updateTable("deliveries")
    .set({ state: "cancelled", reason, next_steady: null, changed_at: now })
    .where("notice", "in", notices)
    .where("state", "=", "queued")
    .execute();
}

/** Lets the channel after this one go: nothing when it was let go already, or there is none. */
export async function releaseNext(tx: Tx, row: DeliveryRow, now: number): Promise<void> {
  const next = await tx
    .selectFrom("deliveries")
    .select("id")
    .where("notice", "=", row.notice)
    .where("position", ">", row.position)
    .orderBy("position")
    .executeTakeFirst();
  if (next === undefined) return;
  await moveDelivery(tx, next.id, { from: ["held"], set: { state: "queued", changed_at: now } });
}

/** Deliveries that are told within this one. */
export function membersOf(tx: Tx, summary: string): Promise<DeliveryRow[]> {
  return tx
    .selectFrom("deliveries")
    .selectAll()
    .where("summary", "=", summary)
    .orderBy("position")
    .execute();
}

/** People and channels for whom more than `burst` deliveries wait that were never tried and are not critical. */
export function bursts(
  db: Db,
  burst: number,
): Promise<Pick<DeliveryRow, "facility" | "person" | "channel">[]> {
  return db
    .selectFrom("deliveries")
    .select(["facility", "person", "channel"])
    .where("state", "=", "queued")
    .where("severity", "!=", "critical")
    .where("attempts", "=", 0)
    .where("purpose", "in", SUMMARISED)
    .groupBy(["facility", "person", "channel"])
    .having((eb) => eb.fn.countAll(), ">", burst)
    .limit(100)
    .execute();
}

/** The waiting deliveries of one such person and channel, the oldest first. */
export function burstOf(
  tx: Tx,
  of: Pick<DeliveryRow, "facility" | "person" | "channel">,
): Promise<DeliveryRow[]> {
  return tx
    .selectFrom("deliveries")
    .selectAll()
    .where("facility", "=", of.facility)
    .where("person", "=", of.person)
    .where("channel", "=", of.channel)
    .where("state", "=", "queued")
    .where("severity", "!=", "critical")
    .where("attempts", "=", 0)
    .where("purpose", "in", SUMMARISED)
    .orderBy("position")
    .execute();
}

export interface DeliveryFilter {
  readonly scope: Scope;
  readonly incident?: string;
  readonly facility?: string;
  readonly person?: string;
  /** Only deliveries that were recorded before this position. */
  readonly before?: number;
  readonly limit: number;
}

/** Deliveries within a scope, the newest first. */
export function listDeliveries(db: Db, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  const { scope, incident, facility, person, before, limit } = filter;
  let query = db.selectFrom("deliveries").selectAll().where(inScope(scope));
  if (incident !== undefined) query = query.where("incident", "=", incident);
  if (facility !== undefined) query = query.where("facility", "=", facility);
  if (person !== undefined) query = query.where("person", "=", person);
  if (before !== undefined) query = query.where("position", "<", before);
  return query.orderBy("position", "desc").limit(limit).execute();
}

/** What was told to a person's console lately and no page has shown yet, the oldest first. */
export function unshown(
  db: Db,
  of: { readonly facility: string; readonly person: string; readonly since: number },
): Promise<DeliveryRow[]> {
  return db
    .selectFrom("deliveries")
    .selectAll()
    .where("facility", "=", of.facility)
    .where("person", "=", of.person)
    .where("channel", "=", "console")
    .where("created_at", ">=", of.since)
    .where("state", "in", ["sent", "failed"])
    .orderBy("position")
    .limit(UNSHOWN)
    .execute();
}

/** Takes due deliveries out of the queue in one transaction: what is not needed any more is cancelled, the rest is `sending`. */
import { cancelHeld, deliveriesById, moveDelivery } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import type { Db, Tx } from "../store/schema.ts";
import type { Purpose } from "./model.ts";

/** assumption: a question about the present that is this old asks about the past. */
const STALE_MS = 300_000;

/** What is needless once the incident is over. */
const CALLS: readonly Purpose[] = ["call", "prompt", "unanswered"];
const OF_THE_PRESENT: readonly Purpose[] = ["duty_check", "test_call"];

/** Gives the rows that are now `sending`, as they are now; the others are cancelled with the code of why. */
export async function take(
  tx: Tx,
  ids: readonly string[],
  now: number,
): Promise<{ readonly taken: readonly DeliveryRow[]; readonly cancelled: readonly DeliveryRow[] }> {
  const taken: DeliveryRow[] = [];
  const cancelled: DeliveryRow[] = [];
  const rows = await deliveriesById(tx, ids);
  const needless = await needlessOf(tx, rows, now);
  for (const row of rows) {
    const reason = needless(row);
    const change =
      reason === null
        ? ({ state: "sending", attempts: row.attempts + 1, next_steady: null } as const)
        : ({ state: "cancelled", reason, next_steady: null } as const);
    const set = { ...change, changed_at: now };
    if (!(await moveDelivery(tx, row.id, { from: ["queued"], set }))) continue;
    (reason === null ? taken : cancelled).push({ ...row, ...set });
    if (reason !== null) await cancelHeld(tx, [row.notice], { reason, now });
  }
  return { taken, cancelled };
}

type Needless = (row: DeliveryRow) => string | null;

/** Tells of each of these rows why it need not be told any more; null: it is still to be told. */
export async function needlessOf(
  db: Db,
  rows: readonly DeliveryRow[],
  now: number,
): Promise<Needless> {
  const states = await statesOf(
    db,
    idsOf(rows, ({ incident }) => incident),
  );
  const answered = await answeredOf(
    db,
    idsOf(rows, ({ call }) => call),
  );
  return ({ purpose, incident, call, created_at }) => {
    if (OF_THE_PRESENT.includes(purpose) && now - created_at > STALE_MS) return "too_late";
    if (!CALLS.includes(purpose)) return null;
    const state = states.get(incident ?? "");
    if (state === "resolved" || state === "closed") return "incident_over";
    if (purpose === "unanswered" && (state === "acknowledged" || state === "arrived")) {
      return "answered";
    }
    if (call !== null && answered.has(call)) return "answered";
    return null;
  };
}

function idsOf(
  rows: readonly DeliveryRow[],
  pick: (row: DeliveryRow) => string | null,
): readonly string[] {
  return [...new Set(rows.map(pick).filter((id) => id !== null))];
}

async function statesOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("incidents")
    .select(["id", "state"])
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map(({ id, state }) => [id, state]));
}

async function answeredOf(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom("calls")
    .select("id")
    .where("id", "in", ids)
    .where("answer", "is not", null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

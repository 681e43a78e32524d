/**
 * A burst of messages that nobody could read one by one becomes one message: more than BURST deliveries below critical that wait for one
 * person and channel are `summarised` in a new one that lists them. They stay on record, and point at it.
 */
import { randomUUID } from "node:crypto";
import type { Name } from "@anhu/core/facility";
import { SEVERITIES } from "@anhu/core/states";
import type { Insertable } from "kysely";
import { burstOf, moveDelivery } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import type { DeliveriesTable, Tx } from "../store/schema.ts";
import { markedTitle } from "./notify.ts";
import { toldOf } from "./told.ts";
import type { Told } from "./told.ts";

/** assumption: as many messages as a person reads one by one. */
export const BURST = 5;
/** Lines of a summary, the gravest first; it says how many more there are. */
const LINES = 20;

/** Summarises what waits for this person and channel; gives what it took in, nothing when the burst is over meanwhile. */
export async function summarise(
  tx: Tx,
  of: Pick<DeliveryRow, "facility" | "person" | "channel">,
  now: number,
): Promise<readonly DeliveryRow[]> {
  const rows = await burstOf(tx, of);
  const [first] = rows;
  if (first === undefined || rows.length <= BURST) return [];
  const graver = rows.toSorted((a, b) => rankOf(a) - rankOf(b) || a.position - b.position);
  const id = randomUUID();
  const summary: Insertable<DeliveriesTable> = {
    id,
    facility: of.facility,
    incident: null,
    call: null,
    notice: randomUUID(),
    person: of.person,
    role: first.role,
    channel: of.channel,
    purpose: "summary",
    state: "queued",
    reason: null,
    severity: graver[0]?.severity ?? first.severity,
    drill: areDrills(rows) ? 1 : 0,
    attempts: 0,
    created_at: now,
    changed_at: now,
    sent_at: null,
    delivered_at: null,
    next_steady: null,
    summary: null,
    body: JSON.stringify(bodyOf(graver)),
  };
  await tx.insertInto("deliveries").values(summary).execute();
  const set = { state: "summarised", summary: id, changed_at: now } as const;
  for (const row of rows) await moveDelivery(tx, row.id, { from: ["queued"], set });
  return rows;
}

function rankOf({ severity }: DeliveryRow): number {
  return SEVERITIES.indexOf(severity);
}

function areDrills(rows: readonly DeliveryRow[]): boolean {
  return rows.every(({ drill }) => drill === 1);
}

function bodyOf(rows: readonly DeliveryRow[]): Told {
  const told = rows.map((row) => ({ row, told: toldOf(row) }));
  const items = told.slice(0, LINES).map(({ row, told: { title, text, answer } }) => ({
    delivery: row.id,
    purpose: row.purpose,
    incident: row.incident,
    title,
    text,
    answer,
  }));
  const more = rows.length - items.length;
  const lines = (pick: (name: Name) => string) =>
    items.map((item) => `- ${pick(item.title)}: ${pick(item.text)}`);
  return {
    title: markedTitle({
      title: { zh: `${rows.length}条消息`, en: `${rows.length} messages` },
      drill: areDrills(rows),
    }),
    text: {
      zh: [...lines(({ zh }) => zh), ...(more > 0 ? [`另有${more}条`] : [])].join("\n"),
      en: [...lines(({ en }) => en), ...(more > 0 ? [`and ${more} more`] : [])].join("\n"),
    },
    answer: null,
    incident: null,
    coming: [],
    items,
  };
}

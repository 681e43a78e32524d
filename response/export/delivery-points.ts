/** Deliveries as points: one each, at the time it was recorded, written anew whenever its state changes. */
import type { Selectable } from "kysely";
import type { DeliveryState } from "@anhu/core/states";
import type { DeliveriesTable } from "../store/schema.ts";
import type { LineValue } from "./line.ts";
import { pointLine } from "./line.ts";

export type DeliveryRow = Pick<
  Selectable<DeliveriesTable>,
  | "position"
  | "facility"
  | "channel"
  | "role"
  | "purpose"
  | "state"
  | "drill"
  | "attempts"
  | "created_at"
  | "sent_at"
  | "delivered_at"
>;

/** Line protocol in nanoseconds. */
export function deliveryLine(row: DeliveryRow): string {
  const { facility, channel, role, purpose, state, created_at: at } = row;
  const seconds = (to: number): LineValue => ({ float: Math.max(0, to - at) / 1000 });
  const fields: [string, LineValue][] = [
    ["state", { string: state }],
    ["failed", { bool: state === "failed" }],
    ["drill", { bool: row.drill === 1 }],
    ["attempts", { float: row.attempts }],
  ];
  if (row.sent_at !== null) fields.push(["seconds_to_send", seconds(row.sent_at)]);
  if (row.delivered_at !== null) fields.push(["seconds_to_deliver", seconds(row.delivered_at)]);
  const tags = { facility, channel, role, purpose };
  return pointLine({ name: "delivery", tags, fields, at, position: row.position });
}

/** Nothing comes after these. */
const FINAL: readonly DeliveryState[] = ["delivered", "failed", "cancelled", "summarised"];

/** assumption: a receipt that comes an hour after the message was recorded, or never, is not waited for: the board then goes on showing `sent`. */
const RECEIPT_MS = 3_600_000;

/** No change is expected any more. `now`: UTC ms. */
export function isSettled({ state, created_at }: DeliveryRow, now: number): boolean {
  return FINAL.includes(state) || Math.abs(now - created_at) > RECEIPT_MS;
}

/** Differs whenever the point does. */
export function versionOf({ state, attempts, sent_at, delivered_at }: DeliveryRow): string {
  return `${state} ${attempts} ${sent_at} ${delivered_at}`;
}

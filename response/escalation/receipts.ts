/** What far ends and devices say of calls and checks: accepted, shown. */
import { received } from "../channels/reached.ts";
import type { ReachedHooks } from "../channels/reached.ts";
import { callById, changeCall } from "../store/calls.ts";
import { deliveriesById } from "../store/deliveries.ts";
import type { DeliveryRow } from "../store/deliveries.ts";
import type { Logs } from "../store/log.ts";
import { webhooksOf } from "../store/receipts.ts";
import { recordWithin } from "../store/record.ts";
import type { Tx } from "../store/schema.ts";
import type { People } from "./look.ts";
import type { Call } from "./model.ts";

/** Of whom, and of which message. */
interface About {
  readonly facility: string;
  readonly person: string;
  /** The delivery that the address named; null: none. */
  readonly delivery: string | null;
}

/**
 * Somebody has used the address of a call's message: a program, to say that the device shows it, or the person, to answer. Either proves
 * that the call has come, whatever its far end answered to us. Without a delivery a program means all webhooks of the call.
 */
export async function callReceived(
  tx: Tx,
  {
    call,
    delivery,
    shown,
  }: Pick<About, "delivery"> & { readonly call: Call; readonly shown: boolean },
  people: People,
): Promise<void> {
  const { id, facility, person } = call;
  const about = { facility, person, delivery };
  const own = (await ownDeliveries(tx, about)).filter((row) => row.call === id);
  const all = delivery === null && shown ? await webhooksOf(tx, id) : [];
  const deliveries = [...own.map((row) => row.id), ...all];
  await received(tx, { facility, deliveries, call: id, ...momentOf(people) }, hooksOf(people));
}

/** The same of a message that is about no call, or that a page of the console shows. Gives what is delivered now. */
export async function messageReceived(
  tx: Tx,
  about: About,
  people: People,
): Promise<readonly DeliveryRow[]> {
  const own = await ownDeliveries(tx, about);
  const { facility } = about;
  const deliveries = own.map(({ id }) => id);
  return received(tx, { facility, deliveries, call: null, ...momentOf(people) }, hooksOf(people));
}

/** A far end has a call; the first of an incident makes it `notified`. Later ones of the same call change nothing. */
export async function callSent(
  tx: Tx,
  { id, at, logs }: { readonly id: string; readonly at: number; readonly logs: Logs },
): Promise<void> {
  const known = await callById(tx, id);
  if (known === undefined || known.sent_at !== null) return;
  await changeCall(tx, id, { sent_at: at });
  const { incident, person, role, round } = known;
  const data = { incident, call: id, person, role, round };
  logs.append(known.facility, { actor: "response", type: "call_sent", data }, incident);
  const told = await tx
    .updateTable("incidents")
    .set({ state: "notified", changed_at: at })
    .where("id", "=", incident)
    .where("state", "=", "raised")
    .executeTakeFirst();
  if (told.numUpdatedRows > 0n) {
    const change = { actor: "response", type: "incident_notified", data: { incident } };
    logs.append(known.facility, change, incident);
  }
}

async function ownDeliveries(
  tx: Tx,
  { facility, person, delivery }: About,
): Promise<readonly DeliveryRow[]> {
  const rows = await deliveriesById(tx, delivery === null ? [] : [delivery]);
  return rows.filter((row) => row.facility === facility && row.person === person);
}

function momentOf({ wall, steady }: People) {
  return { now: wall(), nowSteady: steady.now() };
}

function hooksOf({ rules }: People): ReachedHooks {
  return {
    callSent,
    recordAlert: (tx, alert, at) => recordWithin(tx, { intakes: [alert], rules, ...at }),
  };
}

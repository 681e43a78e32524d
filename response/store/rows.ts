/** Incidents, alerts and events as rows: read and written within the transaction of a burst. */
import type { Insertable, Selectable } from "kysely";
import type { Nearness } from "../incidents/join.ts";
import type { AlertRecord, Incident } from "../incidents/model.ts";
import type { AlertIntake } from "./intake.ts";
import type { Bit, IncidentsTable, Tx } from "./schema.ts";

export async function incidentById(tx: Tx, id: string): Promise<Incident | null> {
  const row = await tx.selectFrom("incidents").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : incidentFrom(row);
}

/** An incident from its row. */
export function incidentFrom(row: Selectable<IncidentsTable>): Incident {
  const { lead_alert, lead_onset, rule, kind, severity, room, drill, position: _, ...rest } = row;
  return {
    ...rest,
    drill: drill === 1,
    lead: { alert: lead_alert, onset: lead_onset, rule, kind, class: row.class, severity, room },
  };
}

export async function writeIncident(tx: Tx, incident: Incident, isNew: boolean): Promise<void> {
  const { lead, drill, ...rest } = incident;
  const { alert: lead_alert, onset: lead_onset, ...named } = lead;
  const row: Insertable<IncidentsTable> = {
    ...rest,
    ...named,
    lead_alert,
    lead_onset,
    drill: drill ? 1 : 0,
  };
  if (isNew) await tx.insertInto("incidents").values(row).execute();
  else await tx.updateTable("incidents").set(row).where("id", "=", incident.id).execute();
}

/** The incident of the message's event: known, or near and then joined, or its own. `joined` is undefined when the event was known. */
export async function incidentOf(
  tx: Tx,
  { message, address }: AlertIntake,
  near: Nearness,
): Promise<{ incidentId: string; joined?: Bit }> {
  const event = await tx
    .selectFrom("events")
    .select("incident")
    .where("facility", "=", address.facility)
    .where("event", "=", message.event)
    .executeTakeFirst();
  if (event !== undefined) return { incidentId: event.incident };
  const other = await tx
    .selectFrom("incidents as i")
    .select("i.id")
    .where("i.facility", "=", address.facility)
    .where("i.scope", "=", near.scope)
    .where("i.last_onset", ">=", near.from)
    .where("i.opened_at", "<=", near.to)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("events as e")
            .select("e.event")
            .whereRef("e.incident", "=", "i.id")
            .where("e.gateway", "=", address.gateway),
        ),
      ),
    )
    .orderBy("i.position")
    .executeTakeFirst();
  return other === undefined
    ? { incidentId: message.event, joined: 0 }
    : { incidentId: other.id, joined: 1 };
}

export async function writeEvent(tx: Tx, intake: AlertIntake, incident: string, joined: Bit) {
  const { facility, gateway } = intake.address;
  await tx
    .insertInto("events")
    .values({ facility, event: intake.message.event, incident, gateway, joined })
    .execute();
}

export async function alertByKey(
  tx: Tx,
  { address, message }: AlertIntake,
): Promise<AlertRecord | null> {
  const row = await tx
    .selectFrom("alerts")
    .selectAll()
    .where("facility", "=", address.facility)
    .where("gateway", "=", address.gateway)
    .where("alert", "=", message.id)
    .executeTakeFirst();
  return row === undefined ? null : { ...row, drill: row.drill === 1 };
}

/** How many alerts of the incident have not cleared, but for this one. */
export async function countActive(tx: Tx, incident: string, except: AlertIntake): Promise<number> {
  const { n } = await tx
    .selectFrom("alerts")
    .select((select) => select.fn.countAll<number | string>().as("n"))
    .where("incident", "=", incident)
    .where("cleared_at", "is", null)
    .where((eb) =>
      eb.not(
        eb.and([eb("gateway", "=", except.address.gateway), eb("alert", "=", except.message.id)]),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function writeAlert(tx: Tx, alert: AlertRecord): Promise<void> {
  const row = { ...alert, drill: alert.drill ? (1 as const) : (0 as const) };
  const { facility: _f, gateway: _g, alert: _a, ...changes } = row;
  await tx
    .insertInto("alerts")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["facility", "gateway", "alert"]).doUpdateSet(changes),
    )
    .execute();
}

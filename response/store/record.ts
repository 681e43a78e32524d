/**
 * One transaction per burst: message, alert, incident, event, ledger and the answer that is due, all or nothing.
 */
import { decide } from "../incidents/decide.ts";
import { nearnessOf } from "../incidents/join.ts";
import type { Nearness } from "../incidents/join.ts";
import type { AlertRecord, Incident, RuleBook } from "../incidents/model.ts";
import type { AlertIntake, Intake, Outcome, RefusedIntake } from "./intake.ts";
import { openLogs } from "./log.ts";
import type { Logs } from "./log.ts";
import type { Bit, Db, IncidentsTable, Tx } from "./schema.ts";
import type { Insertable, Selectable } from "kysely";

/** Dead letters kept over all facilities. At the bound the oldest go; their refusal stays in the ledger. */
const DEAD_LETTERS = 10_000;

interface Work {
  readonly tx: Tx;
  readonly logs: Logs;
  readonly rules: RuleBook;
  readonly now: number;
}

/** Records a burst and queues its answers. Throws what the database throws; nothing of the burst is then recorded. */
export function recordBurst(
  db: Db,
  options: { readonly intakes: readonly Intake[]; readonly rules: RuleBook; readonly now: number },
): Promise<readonly Outcome[]> {
  return db.transaction().execute((tx) => recordWithin(tx, options));
}

/** The same within a transaction that writes more than that. */
export async function recordWithin(
  tx: Tx,
  options: { readonly intakes: readonly Intake[]; readonly rules: RuleBook; readonly now: number },
): Promise<readonly Outcome[]> {
  const { intakes, rules, now } = options;
  const facilities = intakes.map((intake) => intake.address.facility);
  const logs = await openLogs(tx, facilities, now);
  const work: Work = { tx, logs, rules, now };
  const outcomes: Outcome[] = [];
  for (const intake of intakes) {
    outcomes.push(
      intake.type === "alert" ? await recordAlert(work, intake) : await recordRefused(work, intake),
    );
  }
  await queueAcks(tx, intakes);
  await logs.flush();
  return outcomes;
}

async function recordAlert(work: Work, intake: AlertIntake): Promise<Outcome> {
  const { tx, logs, rules, now } = work;
  const { message, address, actor } = intake;
  const { facility, gateway } = address;
  const fresh = await tx
    .insertInto("alert_messages")
    .values({
      facility,
      gateway,
      alert: message.id,
      phase: message.phase,
      mark: message.phase === "updated" ? message.at : 0,
      boot: message.boot,
      seq: message.seq,
      received_at: now,
      body: JSON.stringify(message),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (fresh.numInsertedOrUpdatedRows === 0n) return "duplicate";

  const rule = rules(message.rule);
  const near = nearnessOf(rule, message);
  const { incidentId, joined } = await incidentOf(tx, intake, near);
  const incident = await incidentById(tx, incidentId);
  const decision = decide({
    message,
    facility,
    gateway,
    actor,
    incidentId,
    incident,
    alert: await alertByKey(tx, intake),
    othersActive: await countActive(tx, incidentId, intake),
    kind: rule.group.kind,
    scope: near.scope,
    now,
  });
  await writeIncident(tx, decision.incident, incident === null);
  if (joined !== undefined) await writeEvent(tx, intake, incidentId, joined);
  await writeAlert(tx, decision.alert);
  for (const entry of decision.entries) logs.append(facility, entry, incidentId);
  if (joined === 1) {
    const data = { incident: incidentId, event: message.event, gateway };
    logs.append(facility, { actor: "response", type: "incident_joined", data }, incidentId);
  }
  return "recorded";
}

/** `joined` is undefined when the event was known already. */
async function incidentOf(
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

async function incidentById(tx: Tx, id: string): Promise<Incident | null> {
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

async function writeIncident(tx: Tx, incident: Incident, isNew: boolean): Promise<void> {
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

async function writeEvent(tx: Tx, intake: AlertIntake, incident: string, joined: Bit) {
  const { facility, gateway } = intake.address;
  await tx
    .insertInto("events")
    .values({ facility, event: intake.message.event, incident, gateway, joined })
    .execute();
}

async function alertByKey(tx: Tx, { address, message }: AlertIntake): Promise<AlertRecord | null> {
  const row = await tx
    .selectFrom("alerts")
    .selectAll()
    .where("facility", "=", address.facility)
    .where("gateway", "=", address.gateway)
    .where("alert", "=", message.id)
    .executeTakeFirst();
  return row === undefined ? null : { ...row, drill: row.drill === 1 };
}

async function countActive(tx: Tx, incident: string, except: AlertIntake): Promise<number> {
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

async function writeAlert(tx: Tx, alert: AlertRecord): Promise<void> {
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

async function recordRefused(work: Work, intake: RefusedIntake): Promise<Outcome> {
  const { tx, logs, now } = work;
  const { facility, gateway } = intake.address;
  const { code, detail, digest, payload } = intake;
  const letter = await tx
    .insertInto("dead_letters")
    .values({ facility, gateway, code, detail, digest, payload, received_at: now })
    .onConflict((conflict) => conflict.columns(["facility", "gateway", "digest"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (letter === undefined) return "refused_again";
  await tx
    .deleteFrom("dead_letters")
    .where("id", "<=", letter.id - DEAD_LETTERS)
    .execute();
  const data = { gateway, code, digest };
  logs.append(facility, { actor: "response", type: "alert_refused", data }, null);
  return "refused";
}

async function queueAcks(tx: Tx, intakes: readonly Intake[]): Promise<void> {
  const rows = intakes.flatMap(({ address, ack, ...intake }) =>
    ack === null
      ? []
      : [{ ...address, ...ack, code: intake.type === "refused" ? intake.code : null }],
  );
  if (rows.length === 0) return;
  await tx
    .insertInto("ack_outbox")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

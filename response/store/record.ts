/**
 * One transaction per burst: message, alert, incident, event, the timer of its people, ledger and the answer that is due, all or nothing.
 */
import type { AlertMessage } from "@anhu/core/wire";
import { decide } from "../incidents/decide.ts";
import { nearnessOf } from "../incidents/join.ts";
import type { AlertRecord, RuleBook } from "../incidents/model.ts";
import { KEPT_MS } from "./aged.ts";
import { openEscalation } from "./escalations.ts";
import type { AlertIntake, Intake, Outcome, RefusedIntake } from "./intake.ts";
import { openLogs } from "./log.ts";
import type { Logs } from "./log.ts";
import {
  alertByKey,
  countActive,
  incidentById,
  incidentOf,
  writeAlert,
  writeEvent,
  writeIncident,
} from "./rows.ts";
import type { Db, Tx } from "./schema.ts";

/** Dead letters kept over all facilities. At the bound the oldest go; their refusal stays in the ledger. */
const DEAD_LETTERS = 10_000;

interface Work {
  readonly tx: Tx;
  readonly logs: Logs;
  readonly rules: RuleBook;
  readonly now: number;
  readonly nowSteady: number;
}

export interface RecordOptions {
  readonly intakes: readonly Intake[];
  readonly rules: RuleBook;
  /** Response's wall clock, UTC ms, and its steady time: the clock of the incident's people begins there. */
  readonly now: number;
  readonly nowSteady: number;
}

/** Records a burst and queues its answers. Throws what the database throws; nothing of the burst is then recorded. */
export function recordBurst(db: Db, options: RecordOptions): Promise<readonly Outcome[]> {
  return db.transaction().execute((tx) => recordWithin(tx, options));
}

/** The same within a transaction that writes more than that. */
export async function recordWithin(tx: Tx, options: RecordOptions): Promise<readonly Outcome[]> {
  const { intakes, rules, now, nowSteady } = options;
  const facilities = intakes.map((intake) => intake.address.facility);
  const logs = await openLogs(tx, facilities, now);
  const work: Work = { tx, logs, rules, now, nowSteady };
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
  const alert = await alertByKey(tx, intake);
  if (alert !== null && isSaidBefore(message, alert, now)) return "duplicate";
  const { incidentId, joined } =
    alert === null ? await incidentOf(tx, intake, near) : { incidentId: alert.incident };
  const incident = await incidentById(tx, incidentId);
  const decision = decide({
    message,
    facility,
    gateway,
    actor,
    incidentId,
    incident,
    alert,
    othersActive: await countActive(tx, incidentId, intake),
    kind: rule.group.kind,
    scope: near.scope,
    now,
  });
  await writeIncident(tx, decision.incident, incident === null);
  await openEscalation(tx, decision.incident, work.nowSteady);
  if (joined !== undefined) await writeEvent(tx, intake, incidentId, joined);
  await writeAlert(tx, decision.alert);
  for (const entry of decision.entries) logs.append(facility, entry, incidentId);
  if (joined === 1) {
    const data = { incident: incidentId, event: message.event, gateway };
    logs.append(facility, { actor: "response", type: "incident_joined", data }, incidentId);
  }
  return "recorded";
}

/**
 * Messages of incidents that were closed long ago are not kept (aged-incidents.ts); their alerts are, and say what was said: one beginning, one
 * end, and the last change. Of an older change nobody can tell any more, and nobody needs it.
 */
function isSaidBefore({ phase, at }: AlertMessage, alert: AlertRecord, now: number): boolean {
  if (phase === "raised") return alert.raised_at !== null;
  if (phase === "cleared") return alert.cleared_at !== null;
  return alert.updated_at !== null && at <= alert.updated_at && at < now - KEPT_MS;
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

/** One look at one incident: read, decide, write, in the caller's transaction. */
import { randomUUID } from "node:crypto";
import type { Facility } from "@anhu/core/facility";
import { policySet } from "@anhu/core/policies";
import type { PolicySet } from "@anhu/core/policies";
import type { Purpose } from "../channels/model.ts";
import { notify, notifySirens } from "../channels/notify.ts";
import type { LedgerDraft, RuleBook } from "../incidents/model.ts";
import { endPromises, insertCalls } from "../store/calls.ts";
import { readSituation, writeEscalation } from "../store/escalations.ts";
import { openLogs } from "../store/log.ts";
import type { Logs } from "../store/log.ts";
import type { Tx } from "../store/schema.ts";
import { decide } from "./decide.ts";
import type { Message, NewCall, Situation, Step } from "./model.ts";
import { rosterAt } from "./roster.ts";
import { endUnanswered } from "./sirens.ts";
import type { Steady } from "./steady.ts";
import { textOf, titleOf } from "./texts.ts";
import { hashOf } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

/** assumption: nobody who reads of a call minds less. */
const LATE_MS = 5_000;

/** What every part of escalation is given. */
export interface People {
  readonly facility: (id: string) => Facility | undefined;
  readonly rules: RuleBook;
  readonly tokens: Tokens;
  readonly steady: Steady;
  /** Response's wall clock, UTC ms. */
  readonly wall: () => number;
}

/** Brings one incident's people up to now, if it is due. True when something was written. */
export async function look(
  tx: Tx,
  due: { readonly incident: string; readonly facility: string },
  people: People,
): Promise<boolean> {
  const now = people.wall();
  // The log's head first, like everybody who writes about the facility: no two can wait for each other in a ring.
  const logs = await openLogs(tx, [due.facility], now);
  const nowSteady = people.steady.now();
  const stored = await readSituation(tx, due.incident, now);
  const next = stored?.escalation.next_steady ?? null;
  if (stored === undefined || next === null || next > nowSteady) return false;
  const facility = people.facility(due.facility);
  const { rooms, ...rest } = stored;
  const situation: Situation = {
    ...rest,
    policies: policiesOf(facility),
    rules: people.rules,
    roster: rosterAt(facility, now),
    scene: { facility, room: stored.incident.lead.room, rooms },
    now,
    nowSteady,
  };
  const decided = decide(situation);
  const entries = [
    ...lateness(decided, { next, nowSteady, steady: people.steady }),
    ...decided.entries,
  ];
  await write(tx, { situation, step: { ...decided, entries }, logs, tokens: people.tokens });
  await people.steady.keep(tx);
  await logs.flush();
  return true;
}

/** Who reads of a call that came late reads why: response was not running when it was due, or was busy. */
function lateness(
  { calls, messages }: Step,
  due: { readonly next: number; readonly nowSteady: number; readonly steady: Steady },
): readonly LedgerDraft[] {
  const lateMs = due.nowSteady - due.next;
  if (lateMs < LATE_MS || calls.length + messages.length === 0) return [];
  const data = { seconds: Math.round(lateMs / 1000), stopped: due.next < due.steady.since };
  return [{ actor: "response", type: "calls_late", data }];
}

interface Written {
  readonly situation: Situation;
  readonly step: Step;
  readonly logs: Logs;
  readonly tokens: Tokens;
}

async function write(tx: Tx, written: Written): Promise<void> {
  const { situation, step, logs } = written;
  const { incident, scene, rules, now } = situation;
  for (const entry of step.entries) {
    const data = { incident: incident.id, ...entry.data };
    logs.append(incident.facility, { ...entry, data }, incident.id);
  }
  await endPromises(
    tx,
    step.ended.map(({ id }) => id),
  );
  await writeState(tx, written);
  for (const call of step.calls) await writeCall(tx, call, written);
  for (const message of step.messages) await writeMessage(tx, message, written);
  // Nothing sounds for a test: who hears a siren must be able to believe it.
  if (step.siren && !incident.drill) {
    const siren = {
      facility: incident.facility,
      incident: incident.id,
      severity: incident.lead.severity,
      drill: false,
      title: titleOf(incident, rules, scene),
      text: textOf("unanswered", situation),
    };
    await notifySirens(tx, siren, { facility: scene.facility, now });
  }
  await endUnanswered(tx, written);
  await writeEscalation(tx, step.escalation);
}

/** Before people are told: what they read is how it is now. The log has every change of state: boards and figures are made of it (export/). */
async function writeState(tx: Tx, { situation, step, logs }: Written): Promise<void> {
  const { incident, now } = situation;
  const { state } = step;
  if (state === incident.state) return;
  const data = { incident: incident.id };
  const change = { actor: "response", type: `incident_${state}`, data };
  logs.append(incident.facility, change, incident.id);
  await tx
    .updateTable("incidents")
    .set({ state, changed_at: now })
    .where("id", "=", incident.id)
    .execute();
}

/** What a person who is called can say. */
const ANSWERS: Readonly<Record<NewCall["told"], readonly string[]>> = {
  call: ["shown", "coming", "cannot_come", "arrived"],
  unanswered: ["shown", "coming", "cannot_come", "arrived"],
  prompt: ["shown", "here", "coming"],
};

async function writeCall(
  tx: Tx,
  call: NewCall,
  { situation, step, logs, tokens }: Written,
): Promise<void> {
  const { incident, now, nowSteady } = situation;
  const { person, role, tier, purpose } = call;
  const id = randomUUID();
  const token = tokens.tokenOf(id);
  const { round } = step.escalation;
  await insertCalls(tx, [
    {
      id,
      incident: incident.id,
      facility: incident.facility,
      person,
      role,
      tier,
      round,
      purpose,
      called_at: now,
      called_steady: nowSteady,
      sent_at: null,
      delivered_at: null,
      answer: null,
      answered_at: null,
      arrive_by_steady: null,
      arrived_at: null,
      token_hash: hashOf(token),
    },
  ]);
  const data = { incident: incident.id, call: id, person, role, tier, round, purpose: call.told };
  logs.append(incident.facility, { actor: "response", type: "called", data }, incident.id);
  await tell(tx, { person, role, purpose: call.told, call: id, situation }, call.told, {
    token,
    answers: ANSWERS[call.told],
  });
}

async function writeMessage(
  tx: Tx,
  { call, told, person, role }: Message,
  { situation, tokens }: Written,
): Promise<void> {
  const token = tokens.tokenOf(call.id);
  const answers = told === "stand_down" ? ["shown"] : ANSWERS[call.purpose];
  // A call of another key's time: its person can still answer by the message that called.
  const answer = hashOf(token) === call.token_hash ? { token, answers } : null;
  const purpose = told === "overdue" ? "update" : told;
  await tell(tx, { person, role, purpose, call: call.id, situation }, told, answer);
}

async function tell(
  tx: Tx,
  to: {
    readonly person: string;
    readonly role: string;
    readonly purpose: Purpose;
    readonly call: string;
    readonly situation: Situation;
  },
  told: NewCall["told"] | Message["told"],
  answer: { readonly token: string; readonly answers: readonly string[] } | null,
): Promise<void> {
  const { situation, ...named } = to;
  const { incident, scene, rules, now } = situation;
  const notice = {
    ...named,
    facility: incident.facility,
    incident: incident.id,
    severity: incident.lead.severity,
    drill: incident.drill,
    title: titleOf(incident, rules, scene),
    text: textOf(told, situation),
    answer,
  };
  await notify(tx, notice, { facility: scene.facility, now });
}

/** The facility's own set of policies; without a file, or with one of a name that is no more, the default. */
export function policiesOf(facility: Facility | undefined): PolicySet {
  const set = policySet(facility?.policies ?? "default") ?? policySet("default");
  if (set === undefined) throw new RangeError("there are no default policies");
  return set;
}

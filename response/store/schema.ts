/**
 * The tables, alike on SQLite and PostgreSQL: text, 53-bit integers, truth as 0 and 1, JSON as text.
 *
 *   alert_messages --one per message--> alerts --many--> incidents <--many-- events
 *                                                            |
 *   ack_outbox, dead_letters (answers)        gateways   ledger <- ledger_heads (one log per facility)
 *
 *   incidents <--one-- escalations <--many-- calls <--many-- deliveries      commands (to gateways)
 *   facilities   users <--many-- sessions, links      duty_checks   test_modes   exports   steady
 *
 * Times named `*_at` are UTC ms of response's wall clock; those named `*_steady` are response's steady time (escalation/steady.ts): it
 * neither steps nor goes back, also over restarts.
 */
import type { Generated, Kysely, Transaction } from "kysely";
import type { DeliveryState } from "@anhu/core/states";
import type { Role, ScopeKind } from "../access/model.ts";
import type { Purpose } from "../channels/model.ts";
import type { CallAnswer, EscalationPhase } from "../escalation/model.ts";
import type { AlertRecord, Incident, Lead } from "../incidents/model.ts";

export type Bit = 0 | 1;

export interface Tables {
  alert_messages: AlertMessagesTable;
  alerts: Omit<AlertRecord, "drill"> & { readonly drill: Bit };
  incidents: IncidentsTable;
  events: EventsTable;
  ledger_heads: { facility: string; seq: number; leaf: string | null };
  ledger: LedgerTable;
  ack_outbox: AckOutboxTable;
  dead_letters: DeadLettersTable;
  gateways: GatewaysTable;
  facilities: FacilitiesTable;
  escalations: EscalationsTable;
  calls: CallsTable;
  deliveries: DeliveriesTable;
  commands: CommandsTable;
  users: UsersTable;
  sessions: SessionsTable;
  links: LinksTable;
  sign_in_failures: { key: string; failures: number; until: number };
  duty_checks: DutyChecksTable;
  test_modes: { facility: string; device: string; until: number; by: string; reason: string };
  exports: { name: string; position: number };
  steady: { id: 1; at_steady: number };
}

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/**
 * Each message as it came, so that the same one again is known; until its incident was closed 400 days ago, then its alert says that it was
 * (record.ts). `mark` tells updates of one alert apart: their `at`; 0 for the other phases.
 */
interface AlertMessagesTable {
  facility: string;
  gateway: string;
  alert: string;
  phase: string;
  mark: number;
  boot: string;
  seq: number;
  received_at: number;
  body: string;
}

export interface IncidentsTable extends Omit<Incident, "drill" | "lead"> {
  /** Order in which response learned of them: pages go by it, so that no clock can hide an incident. */
  position: Generated<number>;
  drill: Bit;
  lead_alert: string;
  lead_onset: number;
  rule: string;
  kind: string;
  class: Lead["class"];
  severity: Lead["severity"];
  room: string;
}

/** Which incident an event is part of; `joined` = 1 when it is not the one that opened it. */
interface EventsTable {
  facility: string;
  event: string;
  incident: string;
  gateway: string;
  joined: Bit;
}

export interface LedgerTable {
  /** Order over all facilities: the stream's event id. */
  position: Generated<number>;
  facility: string;
  seq: number;
  /** The incident that the entry is about: its timeline. */
  incident: string | null;
  entry: string;
  leaf: string;
}

/** Answers that are due to a gateway; `code` null: stored. */
export interface AckOutboxTable {
  id: Generated<number>;
  facility: string;
  gateway: string;
  boot: string;
  seq: number;
  code: string | null;
}

export interface DeadLettersTable {
  id: Generated<number>;
  facility: string;
  gateway: string;
  code: string;
  detail: string;
  received_at: number;
  /** SHA-256 of the payload, hex. */
  digest: string;
  /** The payload as text, at most 16,384 characters. */
  payload: string;
}

export interface GatewaysTable {
  facility: string;
  gateway: string;
  /** Response's wall clock at the last status that came live; null: none yet. */
  heard_at: number | null;
  /** The last status, as it came. */
  status: string | null;
  silent: Bit;
  /** Onset of the silence that stands, or of the last one. */
  onset: number | null;
}

/** The facility files that response reads, so that scopes by region are part of the query. */
interface FacilitiesTable {
  id: string;
  /** Administrative code of six digits; a region is a prefix of it. */
  region: string;
  street: string | null;
  kind: string;
  name_zh: string;
  name_en: string;
}

/** One per incident, written in the transaction that opens it. */
export interface EscalationsTable {
  incident: string;
  facility: string;
  /** Id of the policy in force; empty: none has been chosen yet. */
  policy: string;
  /** The worst severity that people were called for. */
  severity: Lead["severity"];
  phase: EscalationPhase;
  /** 1, 2, 3 ...: everybody is called afresh in each. */
  round: number;
  /** The round in which the policy's clock began: calls of earlier ones no longer count. */
  from_round: number;
  /** How many tiers of the policy have begun. */
  tiers_begun: number;
  /** When the policy's clock began to run. */
  began_steady: number;
  /** When `unanswered` was last said; null: not yet. */
  unanswered_steady: number | null;
  silenced_until_steady: number | null;
  /** How many alerts there were when it was silenced: a further one ends the silence. */
  silenced_alerts: number;
  /** Alerts that people have been told of, and when they were last told of more. */
  alerts_told: number;
  told_steady: number | null;
  /** When it is said that somebody is there and it goes on; null: nobody is there. */
  overdue_steady: number | null;
  /** When `decide` must look again; null: settled, nobody is to be called any more. */
  next_steady: number | null;
}

/** A person is called to an incident (or asked whether the duty room is manned): one row per person and round. */
export interface CallsTable {
  id: string;
  position: Generated<number>;
  incident: string;
  facility: string;
  person: string;
  role: string;
  tier: string;
  round: number;
  purpose: Extract<Purpose, "call" | "prompt">;
  called_at: number;
  called_steady: number;
  /** A far end accepted it. */
  sent_at: number | null;
  /** A receipt came: the person's device showed it. */
  delivered_at: number | null;
  answer: CallAnswer | null;
  answered_at: number | null;
  /** The promise ends here; null: no promise. */
  arrive_by_steady: number | null;
  arrived_at: number | null;
  /** SHA-256 of the token in the answer's address, hex. */
  token_hash: string;
}

export interface DeliveriesTable {
  id: string;
  position: Generated<number>;
  facility: string;
  incident: string | null;
  call: string | null;
  /** What one person is told at once: its deliveries are the person's channels, in the order of their positions. */
  notice: string;
  person: string;
  role: string;
  channel: string;
  purpose: Purpose;
  state: DeliveryState;
  /** Why it failed or was cancelled, a code; null else. */
  reason: string | null;
  severity: Lead["severity"];
  drill: Bit;
  attempts: number;
  created_at: number;
  changed_at: number;
  sent_at: number | null;
  delivered_at: number | null;
  /** When the next try is due; null: none. */
  next_steady: number | null;
  /** The delivery that it is told within (state `summarised`). */
  summary: string | null;
  /** What is told, JSON; no secret in it but the answer's token. */
  body: string;
}

/** What a gateway is to do (CONTRACTS.md, command). */
export interface CommandsTable {
  id: string;
  position: Generated<number>;
  facility: string;
  gateway: string;
  incident: string | null;
  verb: string;
  args: string;
  by: string;
  created_at: number;
  expires_at: number;
  state: "queued" | "sent" | "done" | "refused" | "expired";
  detail: string | null;
  changed_at: number;
}

export interface UsersTable {
  id: string;
  login: string;
  /** What the person is called on screen. */
  name: string;
  role: Role;
  scope_kind: ScopeKind;
  /** A region's prefix or a facility's id; empty: all. */
  scope: string;
  /** Staff id in the facility of the scope; null: is not called. */
  person: string | null;
  /** scrypt, PHC string; null: has not joined yet. */
  password: string | null;
  language: "zh" | "en";
  disabled: Bit;
  created_at: number;
  created_by: string;
}

interface SessionsTable {
  /** SHA-256 of the cookie's token, hex. */
  token_hash: string;
  user: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
  agent: string;
}

/** One-time links: the administrator's, and invitations. */
interface LinksTable {
  token_hash: string;
  purpose: "administrator" | "invitation";
  user: string | null;
  expires_at: number;
  used_at: number | null;
}

interface DutyChecksTable {
  id: string;
  facility: string;
  shift: string;
  due_at: number;
  asked_at: number | null;
  asked_steady: number | null;
  answered_at: number | null;
  person: string | null;
  /** skipped: nothing ran at its time. */
  state: "planned" | "asked" | "answered" | "missed" | "skipped";
}

/**
 * The tables, alike on SQLite and PostgreSQL: text, 53-bit integers, truth as 0 and 1, JSON as text.
 *
 *   alert_messages --one per message--> alerts --many--> incidents <--many-- events
 *                                                            |
 *   ack_outbox, dead_letters (answers)        gateways   ledger <- ledger_heads (one log per facility)
 */
import type { Generated, Kysely, Transaction } from "kysely";
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
}

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** Each message as it came. `mark` tells updates of one alert apart: their `at`; 0 for the other phases. */
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

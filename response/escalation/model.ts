/** People's part in an incident, as data; `decide.ts` is pure over it. */
import type { Policy, PolicySet } from "@anhu/core/policies";
import type { IncidentState } from "@anhu/core/states";
import type { Selectable } from "kysely";
import type { Purpose } from "../channels/model.ts";
import type { Incident, LedgerDraft, RuleBook } from "../incidents/model.ts";
import type { CallsTable, EscalationsTable } from "../store/schema.ts";
import type { Roster } from "./roster.ts";
import type { Scene } from "./scene.ts";

/**
 * calling: tiers are called as they fall due. answered: somebody is coming. arrived: somebody is at the scene.
 * unanswered: every tier was called and nobody came; all again until somebody does. deferred: nobody is called for now (its devices are in
 * test mode, or its policy waits for the day). settled: over, nobody is to be called any more.
 */
export type EscalationPhase =
  | "calling"
  | "answered"
  | "arrived"
  | "unanswered"
  | "deferred"
  | "settled";

/** `here`: the duty room is manned; it promises nothing. */
export type CallAnswer = "coming" | "cannot_come" | "here";

export type Escalation = EscalationsTable;
export type Call = Selectable<CallsTable>;

/** Everything that people's part depends on, as it is now. */
export interface Situation {
  readonly incident: Incident;
  readonly escalation: Escalation;
  /** How many alerts it has had. */
  readonly alerts: number;
  /** Until when every device of it that is in alarm is in test mode, UTC ms; null: one is not. */
  readonly testedUntil: number | null;
  /** The latest call of each person and purpose since its clock began (`from_round`). */
  readonly calls: readonly Call[];
  readonly policies: PolicySet;
  readonly rules: RuleBook;
  readonly roster: Roster;
  readonly scene: Scene;
  /** Response's wall clock and steady time, ms. */
  readonly now: number;
  readonly nowSteady: number;
}

export interface Person {
  readonly person: string;
  readonly role: string;
}

/** Somebody is called: a row, and what the person is told. */
export interface NewCall extends Person {
  readonly tier: string;
  readonly purpose: Call["purpose"];
  readonly told: Extract<Purpose, "call" | "prompt" | "unanswered">;
}

/** Somebody who was called is told more. */
export interface Message extends Person {
  readonly call: Call;
  readonly told: "update" | "overdue" | "stand_down";
}

/** What follows from a situation: applied in one transaction. */
export interface Step {
  readonly escalation: Escalation;
  readonly policy: Policy;
  readonly state: IncidentState;
  readonly calls: readonly NewCall[];
  readonly messages: readonly Message[];
  /** Promises that ended without an arrival, or that a graver alarm has overtaken. */
  readonly ended: readonly Call[];
  readonly entries: readonly LedgerDraft[];
  /** The sirens of the facility sound again. */
  readonly siren: boolean;
}

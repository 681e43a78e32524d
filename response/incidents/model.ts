import type { LedgerFields } from "@anhu/core/ledger";
import type { SignalClass } from "@anhu/core/points";
import type { Rule } from "@anhu/core/rules";
import type { IncidentState, Severity } from "@anhu/core/states";

/** Nothing of it holds any more. */
export function isOver(state: IncidentState): boolean {
  return state === "resolved" || state === "closed";
}

/** What happened, as far as the alerts say: everything but `state` and the two times of receipt only ever grows to its worst. */
export interface Incident {
  readonly id: string;
  readonly facility: string;
  readonly state: IncidentState;
  /** false as soon as one alert of it is not a drill. */
  readonly drill: boolean;
  /** Earliest and latest onset of its alerts, UTC ms of the gateways. */
  readonly opened_at: number;
  readonly last_onset: number;
  /** The alert that names the incident: of the gravest class and severity the earliest. */
  readonly lead: Lead;
  /** Events of other gateways are joined when they agree in this (incidents/join.ts). */
  readonly scope: string;
  /** Response's own wall clock: first message, last change. */
  readonly received_at: number;
  readonly changed_at: number;
  /** What it was, as the person said who closed it, and who that was; null until then. */
  readonly cause: string | null;
  readonly closed_by: string | null;
}

export interface Lead {
  readonly alert: string;
  readonly rule: string;
  readonly kind: string;
  readonly class: SignalClass;
  readonly severity: Severity;
  readonly room: string;
  readonly onset: number;
}

/** One alert of one gateway: each phase is null until its message came, in whatever order they come. */
export interface AlertRecord {
  readonly facility: string;
  readonly gateway: string;
  readonly alert: string;
  readonly event: string;
  readonly incident: string;
  readonly rule: string;
  readonly class: SignalClass;
  /** The worst that any message of it said. */
  readonly severity: Severity;
  readonly device: string;
  readonly room: string;
  readonly resident: string | null;
  readonly onset: number;
  readonly drill: boolean;
  readonly raised_at: number | null;
  readonly updated_at: number | null;
  readonly cleared_at: number | null;
}

/** A ledger entry before the log gives it its number, time and predecessor. */
export type LedgerDraft = Pick<LedgerFields, "actor" | "type" | "data">;

/** What response needs of a rule (core/rules). */
export type RuleText = Pick<Rule, "group" | "title" | "policy">;

/** Never fails. */
export type RuleBook = (rule: string) => RuleText;

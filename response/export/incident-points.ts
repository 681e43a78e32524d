/**
 * An incident's changes of state as points (core/points/response-points.ts), read off the ledger alone: what was written once cannot change,
 * so a point that is written again, after a crash or from the beginning, is the same point.
 *
 *   ledger entry -> step(fold) -> fold', and a line when the entry changed the incident's state
 */
import type { Severity } from "@anhu/core/wire";
import { graver } from "../incidents/decide.ts";
import type { IncidentState, Lead, RuleBook } from "../incidents/model.ts";
import type { LineValue } from "./line.ts";
import { pointLine } from "./line.ts";

/** An entry of the ledger that is about an incident. */
export interface IncidentEntry {
  readonly position: number;
  readonly facility: string;
  readonly incident: string;
  /** As it stands in the log, JSON. */
  readonly entry: string;
}

/** What is known of an incident after some of its entries. */
export interface Fold {
  /** The entry that was folded last. */
  readonly position: number;
  readonly lead: Lead | null;
  readonly drill: boolean;
  readonly state: IncidentState | null;
  /** When it was opened, or opened again: from there times are counted. Response's wall clock, UTC ms. */
  readonly openedAt: number;
  /** States since then. */
  readonly seen: readonly IncidentState[];
}

export const UNKNOWN: Fold = {
  position: 0,
  lead: null,
  drill: true,
  state: null,
  openedAt: 0,
  seen: [],
};

/** Folds one more entry; `line` is line protocol in nanoseconds, null when the entry is no change of state. */
export function step(
  before: Fold,
  row: IncidentEntry,
  rules: RuleBook,
): { readonly fold: Fold; readonly line: string | null } {
  const entry = JSON.parse(row.entry) as LedgerText;
  const known = { ...before, position: row.position, ...alertOf(before, entry, rules) };
  const state = STATES[entry.type];
  if (state === undefined || (state === before.state && state !== "raised")) {
    return { fold: known, line: null };
  }
  const isOpening = state === "raised";
  const openedAt = isOpening ? entry.at : before.openedAt;
  const seen = isOpening ? [state] : [...before.seen, state];
  const fold = { ...known, state, openedAt, seen };
  const first = !before.seen.includes(state);
  return { fold, line: lineOf({ before, fold, row, at: entry.at, first }) };
}

interface LedgerText {
  readonly at: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Which state an entry brings an incident to. */
const STATES: Readonly<Record<string, IncidentState>> = {
  incident_opened: "raised",
  incident_reopened: "raised",
  incident_notified: "notified",
  incident_unanswered: "unanswered",
  incident_acknowledged: "acknowledged",
  incident_arrived: "arrived",
  incident_resolved: "resolved",
  incident_closed: "closed",
};

const DURATIONS: Partial<Record<IncidentState, string>> = {
  notified: "seconds_to_notify",
  acknowledged: "seconds_to_acknowledge",
  arrived: "seconds_to_arrive",
  resolved: "seconds_to_resolve",
};

/** An alert's entry may be graver than what was known; an incident is a drill as long as all of its alerts are. */
function alertOf(before: Fold, { type, data }: LedgerText, rules: RuleBook) {
  const { alert, rule, onset, room } = data;
  const isAlert = type.startsWith("alert_") && typeof alert === "string";
  if (!isAlert || typeof rule !== "string" || typeof onset !== "number") return {};
  const lead: Lead = {
    alert,
    rule,
    kind: rules(rule).group.kind,
    class: data["class"] as Lead["class"],
    severity: data["severity"] as Severity,
    room: typeof room === "string" ? room : "none",
    onset,
  };
  return {
    lead: graver(before.lead ?? undefined, lead),
    drill: before.drill && data["drill"] === true,
  };
}

function lineOf(change: {
  readonly before: Fold;
  readonly fold: Fold;
  readonly row: IncidentEntry;
  readonly at: number;
  readonly first: boolean;
}): string | null {
  const { before, fold, row, at, first } = change;
  const { lead, state, drill, openedAt } = fold;
  if (lead === null || state === null) return null;
  const fields: [string, LineValue][] = [
    ["state", { string: state }],
    ["incident", { string: row.incident }],
    ["opened", { bool: state === "raised" }],
    ["open_change", { float: Number(isOpen(state)) - Number(isOpen(before.state)) }],
    ["drill", { bool: drill }],
  ];
  const duration = DURATIONS[state];
  if (duration !== undefined && first) {
    // The wall clock may have been set back in between.
    fields.push([duration, { float: Math.max(0, at - openedAt) / 1000 }]);
  }
  const { kind, severity, room } = lead;
  const tags = { facility: row.facility, room, kind, class: lead.class, severity };
  return pointLine({ name: "incident", tags, fields, at, position: row.position });
}

function isOpen(state: IncidentState | null): boolean {
  return state !== null && state !== "resolved" && state !== "closed";
}

/**
 * An incident's changes of state as points (core/points/response-points.ts), read off the ledger alone: what was written once cannot change,
 * so a point that is written again, after a crash or from the beginning, is the same point.
 *
 *   ledger entry -> step(fold) -> fold', and a line when the entry changed the incident's state
 */
import type { IncidentState, Severity } from "@anhu/core/states";
import { graver } from "../incidents/decide.ts";
import type { Lead, RuleBook } from "../incidents/model.ts";
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
  /** The series in which it is counted as open; null: in none. */
  readonly counted: Tags | null;
  /** When it was opened, or opened again: from there times are counted. Response's wall clock, UTC ms. */
  readonly openedAt: number;
  /** States since then. */
  readonly seen: readonly IncidentState[];
}

type Tags = Readonly<Record<string, string>>;

export const UNKNOWN: Fold = {
  position: 0,
  lead: null,
  drill: true,
  state: null,
  counted: null,
  openedAt: 0,
  seen: [],
};

/**
 * Folds one more entry. `lines`, line protocol in nanoseconds: none when nothing changed that boards show; two when an open incident is known
 * by another room, class or severity from now on: it is no longer counted in the one series and is in the other.
 */
export function step(
  before: Fold,
  row: IncidentEntry,
  rules: RuleBook,
): { readonly fold: Fold; readonly lines: readonly string[] } {
  const entry = JSON.parse(row.entry) as LedgerText;
  const known = { ...before, position: row.position, ...alertOf(before, entry, rules) };
  const told = STATES[entry.type];
  const state = told === before.state ? undefined : told;
  const isOpen = OPEN.includes(state ?? before.state ?? "closed");
  if (known.lead === null) return { fold: known, lines: [] };
  const tags = tagsOf(row.facility, known.lead);
  const moved = before.counted !== null && !isSame(before.counted, tags);
  if (state === undefined && !(moved && isOpen)) return { fold: known, lines: [] };

  const fold: Fold = {
    ...known,
    ...timesOf(before, state, entry),
    counted: isOpen ? tags : null,
  };
  const wasCounted = before.counted !== null && !moved;
  const fields: [string, LineValue][] = [
    ["state", { string: fold.state ?? "raised" }],
    ["incident", { string: row.incident }],
    ["opened", { bool: isOpening(entry.type) }],
    ["open_change", { float: Number(isOpen) - Number(wasCounted) }],
    ["drill", { bool: fold.drill }],
    ...durationOf(before, fold, state, entry.at),
  ];
  const at = { name: "incident", at: entry.at, position: row.position } as const;
  const lines = [pointLine({ ...at, tags, fields })];
  if (moved && before.counted !== null) {
    const fewer = [["open_change", { float: -1 }]] as const;
    lines.unshift(pointLine({ ...at, tags: before.counted, fields: fewer }));
  }
  return { fold, lines };
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
  /** Nobody is coming any more, and nobody was told. */
  incident_raised: "raised",
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

/** An opening begins the times anew. */
function timesOf(before: Fold, state: IncidentState | undefined, { at, type }: LedgerText) {
  if (state === undefined) return {};
  if (isOpening(type)) return { state, openedAt: at, seen: [state] };
  return { state, seen: [...before.seen, state] };
}

function isOpening(type: string): boolean {
  return type === "incident_opened" || type === "incident_reopened";
}

/** Of the first such change since the opening. */
function durationOf(
  before: Fold,
  fold: Fold,
  state: IncidentState | undefined,
  at: number,
): [string, LineValue][] {
  const name = state === undefined ? undefined : DURATIONS[state];
  if (name === undefined || state === undefined || before.seen.includes(state)) return [];
  // The wall clock may have been set back in between.
  return [[name, { float: Math.max(0, at - fold.openedAt) / 1000 }]];
}

function tagsOf(facility: string, { room, kind, class: signal, severity }: Lead): Tags {
  return { facility, room, kind, class: signal, severity };
}

function isSame(one: Tags, other: Tags): boolean {
  return Object.entries(one).every(([key, value]) => other[key] === value);
}

const OPEN: readonly IncidentState[] = [
  "raised",
  "notified",
  "unanswered",
  "acknowledged",
  "arrived",
];

/**
 * What is heard, as a pure function of what is live: sound obeys the state of the alarm.
 *
 *   raised, notified, unanswered   sounds until silenced (and again when that ends) or somebody answers
 *   acknowledged, arrived          a short tick when it becomes so, then quiet; sounds again when severity rises
 *   resolved, closed               quiet
 *
 * Bursts follow IEC 60601-1-8 (6.3.3.1, tables 3 and 4): 10 pulses every 2.5-15 s for high priority, 3 pulses every 2.5-30 s for
 * medium, 2 pulses for low, over 15 s apart or once.
 */
import type { IncidentState, Severity } from "@anhu/response/api";

/** Worst first. */
export const PATTERNS = ["unanswered", "critical", "high", "call", "medium", "lost"] as const;
export type Pattern = (typeof PATTERNS)[number];
export type Once = "tick" | "low";

/** One live incident, as far as sound goes. Times: monotonic ms of this device. */
export interface Heard {
  readonly id: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly drill: boolean;
  /** The person of this page is called to it and has not answered. */
  readonly called: boolean;
  readonly silencedUntil: number | null;
}

export interface SoundInput {
  readonly incidents: readonly Heard[];
  /** Somebody is asked to answer a question that no incident stands for (a duty check): until this monotonic time. */
  readonly askedUntil: number | null;
  /** Since when the live connection is broken; null: it is live. */
  readonly lostSince: number | null;
  readonly now: number;
}

/** What the machine remembers between two looks; bounded by the incidents that are live. */
export type SoundMemory = ReadonlyMap<string, Known>;

interface Known {
  readonly state: IncidentState;
  readonly severity: Severity;
  /** Severity rose while somebody was on the way: it sounds until then. */
  readonly risenUntil: number;
}

export interface SoundOutput {
  /** Repeats until the next look says otherwise. */
  readonly pattern: Pattern | null;
  readonly once: Once | null;
  readonly memory: SoundMemory;
  /** When to look again at the latest, monotonic ms; null: when something changes. */
  readonly lookAgainAt: number | null;
}

export const NOTHING_HEARD: SoundMemory = new Map();

/** assumption: long enough to be heard twice by somebody who walks, short enough not to hinder who is at the scene. */
const RISEN_MS = 60_000;
/** assumption: a restart of the system takes less; a phone in a dead spot should say so. */
const LOST_AFTER_MS = 30_000;
const RANK: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

export function decideSound(input: SoundInput, memory: SoundMemory): SoundOutput {
  const { now, askedUntil, lostSince } = input;
  const wanted: Pattern[] = [];
  const again: number[] = [];
  const next = new Map<string, Known>();
  let once: Once | null = null;
  for (const incident of input.incidents) {
    const before = memory.get(incident.id);
    const known = remember(incident, before, now);
    next.set(incident.id, known);
    const silenced = incident.silencedUntil !== null && incident.silencedUntil > now;
    if (silenced) again.push(incident.silencedUntil ?? now);
    if (known.risenUntil > now) again.push(known.risenUntil);
    const sounds = wantsPeople(incident.state) ? !silenced : known.risenUntil > now;
    const pattern = patternOf(incident);
    if (sounds && pattern !== null) wanted.push(pattern);
    if (sounds && pattern === null && before === undefined) once ??= "low";
    if (isAnswered(incident.state) && before !== undefined && wantsPeople(before.state)) {
      once = "tick";
    }
  }
  if (askedUntil !== null && askedUntil > now) {
    wanted.push("call");
    again.push(askedUntil);
  }
  if (lostSince !== null) {
    if (now >= lostSince + LOST_AFTER_MS) wanted.push("lost");
    else again.push(lostSince + LOST_AFTER_MS);
  }
  return {
    pattern: PATTERNS.find((pattern) => wanted.includes(pattern)) ?? null,
    once,
    memory: next,
    lookAgainAt: again.length === 0 ? null : Math.min(...again),
  };
}

/** Whether nobody has answered yet. */
export function wantsPeople(state: IncidentState): boolean {
  return state === "raised" || state === "notified" || state === "unanswered";
}

function isAnswered(state: IncidentState): boolean {
  return state === "acknowledged" || state === "arrived";
}

function remember(incident: Heard, before: Known | undefined, now: number): Known {
  const rose = before !== undefined && RANK[incident.severity] > RANK[before.severity];
  return {
    state: incident.state,
    severity: incident.severity,
    risenUntil:
      rose && isAnswered(incident.state)
        ? now + RISEN_MS
        : (before?.risenUntil ?? Number.NEGATIVE_INFINITY),
  };
}

/** Critical and high go on for everybody, the rest for who is called and is else said once. A drill is heard, never as what it plays. */
function patternOf({ state, severity, drill, called }: Heard): Pattern | null {
  if (state === "unanswered" && !drill) return "unanswered";
  if (!drill && (severity === "critical" || severity === "high")) return severity;
  return called ? "medium" : null;
}

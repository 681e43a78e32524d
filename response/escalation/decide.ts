/**
 * What is to happen for an incident now. Pure and level-triggered: it looks at the whole situation, whatever happened to bring it about,
 * so that a lost wake, a crash or a clock that stood still changes when it looks, never what follows.
 *
 *   deferred --its time--> calling --somebody is coming--> answered --is there--> arrived
 *                            |  ^                              |                     |
 *            nobody answers  |  +---- the promise ends --------+                     |  every alert cleared, from anywhere
 *                            v                                                       v
 *                        unanswered --again every repeat_s, until somebody is coming   settled --a new alert--> calling
 *
 * A promise that ends calls somebody at once: whoever is due or next, and everybody again where everybody had been called.
 *
 * A round calls everybody afresh. `from_round` is the round in which the clock began: at the first alert, when it was reopened, or when its
 * severity rose; what was promised before that holds back nobody. Whatever is live has a `next_steady`.
 */
import type { LedgerDraft } from "../incidents/model.ts";
import { isOver } from "../incidents/model.ts";
import { begin, deferredUntil, policyOf } from "./clock.ts";
import type { Work } from "./clock.ts";
import type { Call, Escalation, EscalationPhase, NewCall, Situation, Step } from "./model.ts";
import { reachOut } from "./reach.ts";
import { overdue, standDown, update } from "./tell.ts";

/** What waits for the wall clock looks again at least this often: the clock may step. */
const DEFERRED_MS = 60_000;

export function decide(situation: Situation): Step {
  if (isOver(situation.incident.state)) return settle(situation);
  const work = begin(situation);
  const until = deferredUntil(work.policy, situation);
  return until === null ? pursue(work, situation) : defer(work, until, situation);
}

const QUIET = { calls: [], messages: [], ended: [], entries: [], siren: false };

function settle(situation: Situation): Step {
  const { escalation, incident } = situation;
  const fresh = escalation.phase !== "settled";
  const messages = fresh ? standDown(situation.calls) : [];
  const people = messages.map(({ person }) => person);
  return {
    ...QUIET,
    escalation: {
      ...escalation,
      phase: "settled",
      silenced_until_steady: null,
      overdue_steady: null,
      next_steady: null,
    },
    policy: policyOf(situation),
    state: incident.state,
    messages,
    ended: situation.calls.filter(isPromise),
    entries:
      people.length === 0 ? [] : [{ actor: "response", type: "stand_down", data: { people } }],
  };
}

function defer({ escalation, policy }: Work, until: number, situation: Situation): Step {
  const { incident, now, nowSteady, testedUntil } = situation;
  const tested = incident.drill && testedUntil !== null;
  const entry: LedgerDraft = tested
    ? { actor: "response", type: "test_mode", data: { until } }
    : { actor: "response", type: "deferred", data: { until, policy: policy.id } };
  return {
    ...QUIET,
    policy,
    state: incident.state,
    escalation: {
      ...escalation,
      phase: "deferred",
      next_steady: nowSteady + Math.min(Math.max(until - now, 1), DEFERRED_MS),
    },
    entries: situation.escalation.phase === "deferred" ? [] : [entry],
  };
}

/** People are to come: who is called, told, given up and told again. */
function pursue(work: Work, situation: Situation): Step {
  const { nowSteady } = situation;
  const { policy } = work;
  const entries: LedgerDraft[] = [...work.entries];
  const cause = silenceOver(work.escalation, situation);
  if (cause !== null) entries.push({ actor: "response", type: "silence_over", data: { cause } });
  const heard =
    cause === null ? work.escalation : { ...work.escalation, silenced_until_steady: null };

  const promised = work.calls.filter(isPromise);
  const missed = promised.filter((call) => (call.arrive_by_steady ?? 0) <= nowSteady);
  for (const { person, role, id: call } of missed) {
    entries.push({ actor: "response", type: "arrival_missed", data: { person, role, call } });
  }
  const coming = promised.filter((call) => !missed.includes(call));
  const arrived = work.calls.some(({ arrived_at }) => arrived_at !== null);
  const held = arrived || coming.length > 0;

  const reach = reachOut(
    { ...work, escalation: heard },
    { situation, held, missed: missed.length > 0 },
  );
  const late = overdue({ ...work, escalation: reach.escalation }, { situation, arrived });
  const calls = distinct([...reach.calls, ...again(work), ...late.calls]);
  const told = { situation, calls, messages: late.messages };
  const more = update({ ...work, escalation: late.escalation }, told);

  const phase = phaseOf(more.escalation, { arrived, held });
  const due = [
    reach.dueSteady,
    more.dueSteady,
    late.escalation.overdue_steady,
    heard.silenced_until_steady,
    ...coming.map((call) => call.arrive_by_steady),
  ].filter((at) => at !== null);
  return {
    escalation: {
      ...more.escalation,
      phase,
      next_steady: Math.max(Math.min(...due), nowSteady + 1),
    },
    policy,
    state: stateOf(phase, work, situation),
    calls,
    messages: [...late.messages, ...more.messages],
    ended: [...work.ended, ...missed],
    entries: [...entries, ...reach.entries, ...late.entries],
    siren: work.siren || reach.siren,
  };
}

/** Why the sirens sound again, as their gateways do by themselves; null: they are not silenced, or still are. */
function silenceOver(
  { silenced_until_steady, silenced_alerts }: Escalation,
  { alerts, nowSteady }: Situation,
): string | null {
  if (silenced_until_steady === null) return null;
  if (silenced_until_steady <= nowSteady) return "expired";
  return alerts > silenced_alerts ? "new_alert" : null;
}

function isPromise(call: Call): boolean {
  return call.arrive_by_steady !== null && call.arrived_at === null;
}

/** Who was called before the severity rose is called again, whatever tier is due. */
function again({ again: before }: Work): readonly NewCall[] {
  return before.map(({ person, role, tier }) => ({
    person,
    role,
    tier,
    purpose: "call",
    told: "call",
  }));
}

/** Each person once per purpose: the first counts. */
function distinct(calls: readonly NewCall[]): readonly NewCall[] {
  const known = new Map<string, NewCall>();
  for (const call of calls) {
    const key = `${call.purpose} ${call.person}`;
    if (!known.has(key)) known.set(key, call);
  }
  return [...known.values()];
}

interface Held {
  readonly arrived: boolean;
  /** Somebody is there, or on the way. */
  readonly held: boolean;
}

function phaseOf(escalation: Escalation, { arrived, held }: Held): EscalationPhase {
  if (arrived) return "arrived";
  if (held) return "answered";
  return escalation.unanswered_steady === null ? "calling" : "unanswered";
}

function stateOf(phase: EscalationPhase, work: Work, { incident }: Situation): Step["state"] {
  if (phase === "unanswered") return "unanswered";
  if (phase === "arrived") return "arrived";
  if (phase === "answered") return "acknowledged";
  // A graver alarm takes nobody away from the scene.
  if (incident.state === "arrived") return "arrived";
  return work.sent ? "notified" : "raised";
}

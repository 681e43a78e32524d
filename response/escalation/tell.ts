/** What people who were called are told later: that more happened, that it takes too long, that it is over. Pure. */
import type { LedgerDraft } from "../incidents/model.ts";
import type { Work } from "./clock.ts";
import type { Call, Escalation, Message, NewCall, Situation } from "./model.ts";
import { isStaff } from "./people.ts";
import { peopleOf } from "./scene.ts";

/** assumption: people who run want to know of more, not of each: at most this often. */
const UPDATE_MS = 10_000;

interface Late {
  readonly escalation: Escalation;
  readonly calls: readonly NewCall[];
  readonly messages: readonly Message[];
  readonly entries: readonly LedgerDraft[];
}

/** Everybody who was called and is not there need not come any more. */
export function standDown(calls: readonly Call[]): readonly Message[] {
  return eachPerson(calls)
    .filter((call) => !calls.some((one) => one.person === call.person && one.arrived_at !== null))
    .map((call) => messageTo(call, "stand_down"));
}

/** Somebody has been there for `resolve_s` and it goes on: those who answer for it are called, or told when they were called. */
export function overdue(
  { escalation, policy, calls }: Work,
  { situation, arrived }: { readonly situation: Situation; readonly arrived: boolean },
): Late {
  const { nowSteady, roster, scene } = situation;
  const none = { calls: [], messages: [], entries: [] };
  if (!arrived) return { ...none, escalation: { ...escalation, overdue_steady: null } };
  const later = nowSteady + policy.resolve_s * 1000;
  const dueSteady = escalation.overdue_steady ?? later;
  if (nowSteady < dueSteady) {
    return { ...none, escalation: { ...escalation, overdue_steady: dueSteady } };
  }
  const named = peopleOf(policy.overdue, roster, scene);
  const known = eachPerson(calls);
  const callOf = (person: string) => known.find((call) => call.person === person);
  const strangers = named.filter(({ person }) => callOf(person) === undefined);
  const told = named.length === 0 ? known : named.flatMap(({ person }) => callOf(person) ?? []);
  const people = [...strangers, ...told].map(({ person }) => person);
  return {
    escalation: { ...escalation, overdue_steady: later },
    calls: strangers.map((one) => ({ ...one, tier: "overdue", purpose: "call", told: "call" })),
    messages: told.map((call) => messageTo(call, "overdue")),
    entries: [{ actor: "response", type: "resolve_overdue", data: { people } }],
  };
}

/** More alerts than people were told of: who was called before and has not refused hears it, at most every 10 s. */
export function update(
  { escalation, calls: known }: Work,
  told: {
    readonly situation: Situation;
    readonly calls: readonly NewCall[];
    readonly messages: readonly Message[];
  },
): {
  readonly escalation: Escalation;
  readonly messages: readonly Message[];
  readonly dueSteady: number | null;
} {
  const { alerts, nowSteady } = told.situation;
  if (alerts <= escalation.alerts_told) return { escalation, messages: [], dueSteady: null };
  const earliest = (escalation.told_steady ?? -UPDATE_MS) + UPDATE_MS;
  if (nowSteady < earliest) return { escalation, messages: [], dueSteady: earliest };
  const aware = new Set([...told.calls, ...told.messages].map(({ person }) => person));
  return {
    escalation: { ...escalation, alerts_told: alerts, told_steady: nowSteady },
    messages: eachPerson(known)
      .filter(({ person, answer }) => answer !== "cannot_come" && !aware.has(person))
      .map((call) => messageTo(call, "update")),
    dueSteady: null,
  };
}

/** One call per person of the staff: that to come, else the prompt. Who came by an account alone sees it on the page. */
function eachPerson(calls: readonly Call[]): readonly Call[] {
  const first = new Map<string, Call>();
  for (const call of calls) {
    if (!isStaff(call.person)) continue;
    if (!first.has(call.person) || call.purpose === "call") first.set(call.person, call);
  }
  return [...first.values()];
}

function messageTo(call: Call, told: Message["told"]): Message {
  return { person: call.person, role: call.role, call, told };
}

/** Whose turn it is: the tiers of a policy against who was called and what they said. Pure. */
import type { Policy, Tier } from "@anhu/core/policies";
import type { Call, Escalation, NewCall, Person, Situation } from "./model.ts";
import { peopleOf } from "./scene.ts";

export interface Turn {
  /** How many tiers have begun. */
  readonly begun: number;
  /** Begun now, with nobody in them. */
  readonly empty: readonly string[];
  /** Whom begun tiers name and nobody has called in this round. */
  readonly calls: readonly NewCall[];
  /** Everybody whom begun tiers name has said that they cannot come, or they name nobody. */
  readonly refused: boolean;
  /** When a further tier or the next person of one is due, steady ms; Infinity: never. */
  readonly dueSteady: number;
}

/** The duty room has said that somebody is there, or that somebody comes. */
export function promptAnswered(calls: readonly Call[]): boolean {
  return calls.some(
    ({ purpose, answer }) => purpose === "prompt" && answer !== null && answer !== "cannot_come",
  );
}

/** Who of the duty room is to be asked whether anybody is there. */
export function prompts(
  { policy, escalation }: { readonly policy: Policy; readonly escalation: Escalation },
  { calls, roster }: Situation,
): readonly NewCall[] {
  if (policy.prompt_s === null) return [];
  return roster.dutyRoom
    .filter(({ person }) => !isCalled(calls, person, "prompt", escalation.round))
    .map((one) => ({ ...one, tier: "prompt", purpose: "prompt", told: "prompt" }));
}

/**
 * Tiers begin at their time, and at once when all of the tier before cannot come or nobody has been called yet. `missed`: a promise has ended
 * without an arrival, so further tiers begin until there is somebody to call.
 */
export function takeTurn(
  { policy, escalation }: { readonly policy: Policy; readonly escalation: Escalation },
  { situation, missed }: { readonly situation: Situation; readonly missed: boolean },
): Turn {
  const { calls, nowSteady } = situation;
  const manned = promptAnswered(calls);
  const { tiers } = policy;
  const isLeftOut = (tier: Tier) => tier.unless === "prompt_answered" && manned;
  const people = tiers.map((tier) =>
    isLeftOut(tier) ? [] : peopleOf(tier.who, situation.roster, situation.scene),
  );
  const dueAt = (tier: Tier) => escalation.began_steady + tier.after_s * 1000;

  let begun = escalation.tiers_begun;
  for (let tier = tiers[begun]; tier !== undefined; tier = tiers[begun]) {
    if (nowSteady < dueAt(tier) && !atOnce(people.slice(0, begun), calls)) break;
    begun += 1;
  }
  let due = dueOf(begun);
  const most = missed ? tiers.length : begun;
  while (due.calls.length === 0 && begun < most) {
    begun += 1;
    due = dueOf(begun);
  }

  function dueOf(count: number): Pick<Turn, "calls" | "dueSteady"> {
    const called = new Map<string, NewCall>();
    const following = tiers[count];
    let dueSteady = following === undefined ? Infinity : dueAt(following);
    for (const [index, tier] of tiers.slice(0, count).entries()) {
      const startSteady = dueAt(tier);
      const turn = { calls, escalation, nowSteady, startSteady };
      const { now, next } = inTurn(tier, people[index] ?? [], turn);
      dueSteady = Math.min(dueSteady, next);
      for (const one of now) {
        if (called.has(one.person) || isCalled(calls, one.person, "call", escalation.round))
          continue;
        called.set(one.person, { ...one, tier: tier.id, purpose: "call", told: "call" });
      }
    }
    return { calls: [...called.values()], dueSteady };
  }

  const empty = tiers
    .filter((_, index) => index >= escalation.tiers_begun && index < begun)
    .filter((tier) => people[tiers.indexOf(tier)]?.length === 0 && !isLeftOut(tier))
    .map(({ id }) => id);
  const named = people.slice(0, begun).flat();
  const refused = begun === tiers.length && named.every((one) => hasRefused(calls, one));
  return { ...due, begun, empty, refused };
}

/** Everybody whom any tier names, and the duty room: who is called when nobody has answered. */
export function everybody(policy: Policy, { roster, scene }: Situation): readonly NewCall[] {
  const called = new Map<string, NewCall>();
  const add = (tier: string, people: readonly Person[]) => {
    for (const one of people) {
      if (called.has(one.person)) continue;
      called.set(one.person, { ...one, tier, purpose: "call", told: "unanswered" });
    }
  };
  for (const { id, who } of policy.tiers) add(id, peopleOf(who, roster, scene));
  add("duty-room", roster.dutyRoom);
  return [...called.values()];
}

/** The last tier that named anybody cannot come, or none has named anybody: nobody else is waited for. */
function atOnce(begun: readonly (readonly Person[])[], calls: readonly Call[]): boolean {
  const last = begun.findLast((people) => people.length > 0);
  return last === undefined || last.every((one) => hasRefused(calls, one));
}

interface InTurn {
  readonly calls: readonly Call[];
  readonly escalation: Escalation;
  readonly nowSteady: number;
  /** When the tier is due by its time. */
  readonly startSteady: number;
}

/** Who of a tier is due, and when the next is: all at once, or one after the other as those before refuse or time passes. */
function inTurn(
  tier: Tier,
  people: readonly Person[],
  { calls, escalation, nowSteady, startSteady }: InTurn,
): { readonly now: readonly Person[]; readonly next: number } {
  if (tier.order === "parallel") return { now: people, next: Infinity };
  const everyMs = tier.order.every_s * 1000;
  const first = calls
    .filter((call) => call.tier === tier.id && call.round === escalation.round)
    .map((call) => call.called_steady);
  const start = Math.min(startSteady, ...first, nowSteady);
  const due = people.findIndex(
    (_, index) =>
      nowSteady < start + index * everyMs &&
      !people.slice(0, index).every((one) => hasRefused(calls, one)),
  );
  if (due === -1) return { now: people, next: Infinity };
  return { now: people.slice(0, due), next: start + due * everyMs };
}

function hasRefused(calls: readonly Call[], { person }: Person): boolean {
  return calls.some(
    (call) => call.person === person && call.purpose === "call" && call.answer === "cannot_come",
  );
}

function isCalled(
  calls: readonly Call[],
  person: string,
  purpose: Call["purpose"],
  round: number,
): boolean {
  return calls.some(
    (call) => call.person === person && call.purpose === purpose && call.round === round,
  );
}

/** As long as nobody is coming: the tiers that are due, and then everybody again. Pure. */
import type { LedgerDraft } from "../incidents/model.ts";
import type { Work } from "./clock.ts";
import type { Escalation, NewCall, Situation } from "./model.ts";
import { everybody, prompts, promptAnswered, takeTurn } from "./tiers.ts";

export interface Reach {
  readonly escalation: Escalation;
  readonly calls: readonly NewCall[];
  readonly entries: readonly LedgerDraft[];
  readonly siren: boolean;
  /** When more is due, steady ms; null: while somebody is there or on the way, nothing. */
  readonly dueSteady: number | null;
}

export function reachOut(
  work: Work,
  {
    situation,
    held,
    missed,
  }: {
    readonly situation: Situation;
    readonly held: boolean;
    /** A promise has ended without an arrival. */
    readonly missed: boolean;
  },
): Reach {
  const { policy, escalation } = work;
  if (held) return { escalation, calls: [], entries: [], siren: false, dueSteady: null };
  const { nowSteady } = situation;
  const turn = takeTurn(work, { situation, missed });
  const last = escalation.unanswered_steady;
  const againAt =
    last === null
      ? escalation.began_steady + policy.unanswered_s * 1000
      : last + policy.repeat_s * 1000;
  // Everybody was called and somebody said that he comes: that he does not, the others must hear now, not at the next repetition.
  const isOffAgain = last !== null && escalation.phase === "answered";
  const nobodyLeft = last === null && (turn.refused || (missed && turn.calls.length === 0));
  const entries = [...emptyTiers(work, situation, turn.empty), ...promptMissed(work, turn.begun)];
  if (nowSteady >= againAt || nobodyLeft || isOffAgain) {
    return cryOut({ ...work, entries }, situation);
  }
  const asked = last === null ? prompts(work, situation) : [];
  return {
    escalation: { ...escalation, tiers_begun: turn.begun },
    calls: [...asked, ...turn.calls],
    entries,
    siren: false,
    dueSteady: Math.min(turn.dueSteady, againAt, rosterSteady(situation)),
  };
}

/** Nobody has answered, or nobody is left who could: all tiers again, and the sirens. */
function cryOut(work: Work, situation: Situation): Reach {
  const { policy, escalation, entries } = work;
  const { nowSteady } = situation;
  const calls = everybody(policy, situation);
  const round = escalation.round + 1;
  const data = { round, people: calls.map(({ person }) => person) };
  return {
    escalation: {
      ...escalation,
      round,
      tiers_begun: policy.tiers.length,
      unanswered_steady: nowSteady,
    },
    calls,
    entries: [...entries, { actor: "response", type: "unanswered", data }],
    siren: policy.siren,
    dueSteady: nowSteady + policy.repeat_s * 1000,
  };
}

function emptyTiers(
  { policy, escalation }: Work,
  { roster }: Situation,
  empty: readonly string[],
): readonly LedgerDraft[] {
  const unmanned =
    escalation.tiers_begun === 0 && policy.prompt_s !== null && roster.dutyRoom.length === 0;
  return [...(unmanned ? ["prompt"] : []), ...empty].map((tier) => ({
    actor: "response",
    type: "tier_empty",
    data: { tier },
  }));
}

/** A tier that the duty room could have held back begins. */
function promptMissed({ policy, escalation, calls }: Work, begun: number): readonly LedgerDraft[] {
  const asked = calls.some(({ purpose }) => purpose === "prompt");
  const tiers = policy.tiers.slice(escalation.tiers_begun, begun);
  const missed =
    asked && !promptAnswered(calls) && tiers.some(({ unless }) => unless === "prompt_answered");
  return missed ? [{ actor: "response", type: "prompt_unanswered", data: {} }] : [];
}

/** Another shift is another staff: who is on duty then belongs to the tiers that have begun. */
function rosterSteady({ roster, now, nowSteady }: Situation): number {
  return roster.changesAt === null ? Infinity : nowSteady + Math.max(roster.changesAt - now, 1);
}

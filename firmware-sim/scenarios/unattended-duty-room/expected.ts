/** What the people's phones, the incident and the ledger must say, and must not, for whoever answers. */
import type { Expectation } from "../model.ts";
import type { Answered } from "./given.ts";
import {
  ARRIVAL_LIMIT_S,
  AT_ONCE_S,
  CLOCKS_S,
  DEVICE,
  REPEAT_S,
  SAID_S,
  UNANSWERED,
  WATCHED_S,
} from "./limits.ts";
import type { Tier } from "./tiers.ts";

export function nobodyAnswers(tiers: readonly Tier[]): readonly Expectation[] {
  const { from_s, by_s } = UNANSWERED;
  const again_s = by_s + REPEAT_S;
  return [
    ...tiers.map((tier) => called(tier)),
    state("unanswered", from_s, by_s),
    { expect: "ledger", device: DEVICE, type: "unanswered", within_ms: by_s * 1000 },
    { expect: "ledger", device: DEVICE, type: "unanswered", times: 2, within_ms: again_s * 1000 },
    // The phones take their time after it is said.
    ...tiers
      .filter(({ all }) => all)
      .map((tier) => ({ ...tier, from_s: 0, by_s: again_s + AT_ONCE_S }))
      .map((tier) => called(tier, { after_unanswered: 2 })),
  ];
}

export function somebodyAnswers(
  tiers: readonly Tier[],
  answered: Answered,
): readonly Expectation[] {
  const { from_s, by_s, arrive_s } = answered;
  const before = tiers.filter((tier) => tier.by_s <= from_s);
  // Of those in between nobody can say whether they were called just before somebody answered.
  const after = tiers.filter((tier) => tier.from_s >= by_s);
  const common = [
    ...before.map((tier) => called(tier)),
    state("acknowledged", 0, by_s),
    ledger("answered", by_s),
  ];
  if (arrive_s === null) return [...common, ...promiseBroken(after, answered)];
  const watched_s = Math.max(WATCHED_S, by_s + arrive_s + AT_ONCE_S);
  return [
    ...common,
    state("arrived", from_s + arrive_s - CLOCKS_S, by_s + arrive_s + SAID_S),
    ledger("arrived", by_s + arrive_s + SAID_S),
    ...after.map((tier): Expectation => {
      const { name, people, all } = tier;
      const within_ms = watched_s * 1000;
      return { expect: "not_called", device: DEVICE, name, people, all, within_ms };
    }),
    {
      expect: "not_state",
      device: DEVICE,
      state: "unanswered",
      within_ms: watched_s * 1000,
    },
  ];
}

/** Nobody arrives within the limit: whoever is due is called at once, and it ends as if nobody had answered. */
function promiseBroken(after: readonly Tier[], answered: Answered): readonly Expectation[] {
  const from_s = answered.from_s + ARRIVAL_LIMIT_S - CLOCKS_S;
  const by_s = answered.by_s + ARRIVAL_LIMIT_S + AT_ONCE_S;
  return [
    ...after.map((tier) =>
      called({ ...tier, from_s: Math.max(tier.from_s, from_s), by_s: Math.max(tier.by_s, by_s) }),
    ),
    state("unanswered", from_s, Math.max(UNANSWERED.by_s, by_s + REPEAT_S)),
    ledger("unanswered", Math.max(UNANSWERED.by_s, by_s + REPEAT_S)),
  ];
}

function called(tier: Tier, again: { readonly after_unanswered?: number } = {}): Expectation {
  const { name, people, all, from_s, by_s } = tier;
  const times = { from_ms: from_s * 1000, within_ms: by_s * 1000 };
  return { expect: "called", device: DEVICE, name, people, all, ...times, ...again };
}

export function state(name: string, from_s: number, by_s: number): Expectation {
  const times = { from_ms: from_s * 1000, within_ms: by_s * 1000 };
  return { expect: "state", device: DEVICE, state: name, ...times };
}

function ledger(type: string, by_s: number): Expectation {
  return { expect: "ledger", device: DEVICE, type, within_ms: by_s * 1000 };
}

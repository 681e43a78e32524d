import type { Facility, StaffRole } from "@anhu/core/facility";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Given } from "../model.ts";
import { ARRIVAL_LIMIT_S, DEVICE, SAID_S, UNANSWERED } from "./limits.ts";
import type { Tier } from "./tiers.ts";

/** When somebody says "coming": between these, seconds. */
export interface Answered {
  readonly from_s: number;
  readonly by_s: number;
  readonly arrive_s: number | null;
}

/** Whether this can be played here. Fails with `bad_given` and `nobody_to_call`. */
export function check(given: Given, facility: Facility): Result<true> {
  const { answers, arrive_s } = given;
  const stranger = answers.find(({ role }) => !MAY_ANSWER.includes(role));
  if (stranger !== undefined) {
    return refuse("bad_given", `${stranger.role}: who can answer is ${MAY_ANSWER.join(", ")}`);
  }
  if (answers.some(({ after_s }) => after_s > UNANSWERED.from_s)) {
    return refuse("bad_given", `who answers does so within ${UNANSWERED.from_s} s`);
  }
  if (arrive_s !== null && arrive_s > ARRIVAL_LIMIT_S - SAID_S * 2) {
    return refuse("bad_given", `who arrives does so well within ${ARRIVAL_LIMIT_S} s, or never`);
  }
  if (arrive_s === null && answers.length > 1) {
    return refuse("bad_given", "who never arrives answers alone");
  }
  return facility.devices.some(({ id }) => id === DEVICE)
    ? ok(true)
    : refuse("nobody_to_call", `the facility has no ${DEVICE}`);
}

/** The first who can answer: nobody does before being called. undefined: nobody does. */
export function answeredBy(
  { answers, arrive_s }: Given,
  tiers: readonly Tier[],
): Answered | undefined {
  const all = answers.map(({ role, after_s }): Answered => {
    const own = tiers.find((tier) => tier.role === role);
    return {
      from_s: Math.max(after_s, own?.from_s ?? 0),
      by_s: Math.max(after_s, own?.by_s ?? 0) + SAID_S,
      arrive_s,
    };
  });
  return all.toSorted((a, b) => a.by_s - b.by_s)[0];
}

const MAY_ANSWER: readonly StaffRole[] = ["carer", "head", "fire-lead", "rescue-centre"];

export type {
  Answering,
  Deed,
  Entry,
  Expectation,
  Given,
  Moment,
  Scenario,
  Step,
  Times,
} from "./model.ts";

import { ok, refuse } from "@anhu/core/result";
import type { Entry, Scenario } from "./model.ts";
import { RECORDED } from "./recorded.ts";
import { SMOKE_302 } from "./smoke-302.ts";
import { YOUR_TURN } from "./your-turn.ts";
import { UNATTENDED_DUTY_ROOM } from "./unattended-duty-room/index.ts";

/** Every scenario that `anhu scenario NAME` can play. */
export const SCENARIOS: readonly Entry[] = [
  alwaysAlike(SMOKE_302),
  alwaysAlike(RECORDED),
  alwaysAlike(YOUR_TURN),
  UNATTENDED_DUTY_ROOM,
];

function alwaysAlike(scenario: Scenario): Entry {
  const { name, title } = scenario;
  return {
    name,
    title,
    make: ({ answers }) =>
      answers.length === 0
        ? ok(scenario)
        : refuse("bad_given", "nobody's answer is waited for in this scenario"),
  };
}

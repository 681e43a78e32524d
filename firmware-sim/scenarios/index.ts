export type { Expectation, Moment, Scenario, Step, Times } from "./model.ts";

import type { Scenario } from "./model.ts";
import { RECORDED } from "./recorded.ts";
import { SMOKE_302 } from "./smoke-302.ts";

/** Every scenario that `anhu scenario NAME` can play. */
export const SCENARIOS: readonly Scenario[] = [SMOKE_302, RECORDED];

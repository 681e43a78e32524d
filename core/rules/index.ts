export type * from "./model.ts";
export { SUPERVISE_S } from "./supervision.ts";

import { CARE_RULES } from "./care.ts";
import { FIRE_RULES } from "./fire.ts";
import type { Rule } from "./model.ts";
import { PANEL_RULES } from "./panel.ts";
import { TROUBLE_RULES } from "./trouble.ts";

/** Every rule in force: what it looks at, whom it serves, how urgent it is, and on whose authority. */
export const RULES: readonly Rule[] = [
  ...FIRE_RULES,
  ...PANEL_RULES,
  ...CARE_RULES,
  ...TROUBLE_RULES,
];

/** What set-up did about one thing. */
export interface Step {
  readonly what: "database" | "bucket" | "retention" | "mapping" | "roll_up";
  readonly name: string;
  /** `kept`: it is otherwise than asked, and is left so; `not_possible`: this version cannot do it. */
  readonly outcome: "made" | "changed" | "found" | "removed" | "kept" | "not_possible";
  /** How long what it holds is kept, days; 0: for ever. */
  readonly days?: number;
  readonly note?: Note;
}

/** `longer`: to shorten what is there would delete readings. `fixed`: it can only be set when the database is made. `no_tasks`: no roll-ups. */
export type Note = "longer" | "fixed" | "no_tasks";

export interface Wanted {
  readonly days: number;
  /** The person asked for it: what is older may be deleted. */
  readonly asked: boolean;
}

/**
 * What becomes of a retention of `found` days (0: for ever). A longer one than the usual is only shortened when a person asked for that:
 * it deletes readings.
 */
export function retentionOutcome(
  found: number,
  { days, asked }: Wanted,
): Pick<Step, "outcome" | "days" | "note"> {
  if (found === days) return { outcome: "found", days };
  const longer = found === 0 || (days !== 0 && found > days);
  if (longer && !asked) return { outcome: "kept", days: found, note: "longer" };
  return { outcome: "changed", days };
}

import type { Clock } from "@anhu/core/time";

/** One thing that was measured in this run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: Target;
}

export interface Target {
  readonly is: "at_least" | "at_most";
  readonly value: number;
}

/** What was sent and what was then found where it should be; a bench whose counts differ has measured nothing. */
export interface Count {
  readonly what: string;
  readonly sent: number;
  readonly found: number;
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly counts: readonly Count[];
}

/** What every section is given. */
export interface Bench {
  /** Short run: fewer repetitions, same proportions. */
  readonly quick: boolean;
  readonly clock: Clock;
  /** An empty folder of the section's own, removed after it. */
  readonly folder: string;
  /** Closes in reverse what the section opened, also when it fails or the bench is interrupted. */
  readonly open: AsyncDisposableStack;
}

export type Section = (bench: Bench) => Promise<Measured>;

export function isMet({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return target.is === "at_least" ? value >= target.value : value <= target.value;
}

/** The value that a share of `values` does not exceed (nearest rank); 1 is the largest. NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

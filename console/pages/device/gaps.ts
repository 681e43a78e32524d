/** Readings as a chart draws them: a time without a reading is a gap, not a slope. Pure. */

export interface Gapped {
  readonly times: readonly number[];
  readonly numbers: readonly (number | null)[];
  /** They are states. */
  readonly stepped: boolean;
}

/** Readings further apart than this many usual steps have a gap between them. */
const STEPS = 4;

/** `everyMs`: the interval that was asked for. The usual step is the median of what came, and no less. */
export function gapped(
  readings: readonly { readonly at: number; readonly value: unknown }[],
  everyMs: number,
): Gapped {
  const known = readings.flatMap(({ at, value }) =>
    typeof value === "number" || typeof value === "boolean" ? [{ at, value: Number(value) }] : [],
  );
  const steps = known.slice(1).map(({ at }, index) => at - (known[index]?.at ?? at));
  const usual = Math.max(
    everyMs,
    steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0,
  );
  const times: number[] = [];
  const numbers: (number | null)[] = [];
  for (const [index, { at, value }] of known.entries()) {
    if (index > 0 && (steps[index - 1] ?? 0) > usual * STEPS) {
      times.push((known[index - 1]?.at ?? at) + usual);
      numbers.push(null);
    }
    times.push(at);
    numbers.push(value);
  }
  return { times, numbers, stepped: readings.some(({ value }) => typeof value === "boolean") };
}

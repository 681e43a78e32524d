import type { Scenario } from "@anhu/firmware-sim/scenarios";
import type { MomentReport } from "./play.ts";
import type { Words } from "./words.ts";

/** What was expected of a moment against what was observed, for a person. */
export function momentText(report: MomentReport, words: Words): string {
  const { name, at, refused, outcomes } = report;
  const head = at === null ? `${words.refused}: ${refused ?? ""}` : new Date(at).toISOString();
  const rows = outcomes.map(({ expectation, ok, after_ms }) => {
    const observed = after_ms === null ? words.notSeen : words.after(after_ms);
    const expected = words.within(words.expected(expectation), expectation.within_ms);
    const gap = " ".repeat(Math.max(0, EXPECTED_COLUMNS - columns(expected)));
    return `  ${ok ? words.ok : words.failed}  ${expected}${gap} ${observed}`;
  });
  return [`${name[words.language]}  (${head})`, ...rows].join("\n");
}

const EXPECTED_COLUMNS = 62;

/** Width on a terminal: a Chinese character takes two columns. */
function columns(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
}

/** One line for the whole. */
export function verdictText(
  scenario: Scenario,
  reports: readonly MomentReport[],
  words: Words,
): string {
  const outcomes = reports.flatMap((report) => report.outcomes);
  const failed = outcomes.filter(({ ok }) => !ok).length;
  const verdict =
    failed === 0 ? words.allMet(outcomes.length) : words.notMet(failed, outcomes.length);
  return `${scenario.name}: ${verdict}`;
}

/** True when every step was played and every expectation met. */
export function passed(reports: readonly MomentReport[]): boolean {
  return reports.every((one) => one.at !== null && one.outcomes.every(({ ok }) => ok));
}

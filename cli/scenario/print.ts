import type { Scenario } from "@anhu/firmware-sim/scenarios";
import { columns } from "../terminal.ts";
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
  const left = scenario.moments.length - reports.length;
  return `${scenario.name}: ${verdict}${left === 0 ? "" : words.leftOut(left)}`;
}

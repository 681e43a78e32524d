import type { Expectation, Scenario } from "@anhu/firmware-sim/scenarios";
import { columns, timeText } from "../terminal.ts";
import { isForbidding } from "./judge.ts";
import type { MomentReport } from "./play.ts";
import type { Outcome } from "./settle.ts";
import type { Words } from "./words.ts";

/** What was expected of a moment against what was observed, for a person; its time of the day in `timezone` (tz database). */
export function momentText(report: MomentReport, words: Words, timezone: string): string {
  const { name, at, refused = "", reason = "", outcomes } = report;
  const head = at === null ? words.refused(refused, reason) : timeText(at, timezone);
  const rows = outcomes.map((outcome) => {
    const { ok, left_out } = outcome;
    const expected = expectedText(outcome.expectation, words);
    const gap = " ".repeat(Math.max(0, EXPECTED_COLUMNS - columns(expected)));
    const mark = left_out === true ? words.skipped : ok ? words.ok : words.failed;
    return `  ${mark}  ${expected}${gap} ${observedText(outcome, words)}`;
  });
  return [`${name[words.language]}  (${head})`, ...rows].join("\n");
}

const EXPECTED_COLUMNS = 62;

function expectedText(expectation: Expectation, words: Words): string {
  const what = words.expected(expectation);
  const to = words.time(expectation.within_ms);
  if (isForbidding(expectation)) return words.until(what, to);
  const from = "from_ms" in expectation ? expectation.from_ms : 0;
  return from === 0 ? words.within(what, to) : words.between(what, words.time(from), to);
}

function observedText({ expectation, ok, after_ms, left_out }: Outcome, words: Words): string {
  if (left_out === true) return words.notWaitedFor;
  if (after_ms !== null) return words.after(words.time(after_ms));
  return ok && isForbidding(expectation) ? words.held : words.notSeen;
}

/** One line for the whole. */
export function verdictText(
  scenario: Pick<Scenario, "name" | "moments">,
  reports: readonly MomentReport[],
  words: Words,
): string {
  const outcomes = reports.flatMap((report) => report.outcomes);
  const met = outcomes.filter(({ ok }) => ok).length;
  const skipped = outcomes.filter(({ ok, left_out }) => !ok && left_out === true).length;
  const failed = outcomes.length - met - skipped;
  const isAll = met === outcomes.length;
  const verdict = isAll ? words.allMet(met) : words.notMet({ met, failed, skipped });
  const left = scenario.moments.length - reports.length;
  return `${scenario.name}: ${verdict}${left === 0 ? "" : words.leftOut(left)}`;
}

import type { Expectation, Scenario } from "@anhu/firmware-sim/scenarios";
import type { MomentReport } from "./play.ts";

/** What was expected of a moment against what was observed, for a person. */
export function momentText(report: MomentReport): string {
  const head = report.at === null ? `refused: ${report.refused ?? ""}` : clockTime(report.at);
  const rows = report.outcomes.map(({ expectation, ok, after_ms }) => {
    const observed = after_ms === null ? "not seen" : `after ${after_ms} ms`;
    const expected = `${wordsOf(expectation)} within ${expectation.within_ms} ms`;
    return `  ${ok ? "ok  " : "FAIL"}  ${expected.padEnd(62)} ${observed}`;
  });
  return [`${report.name}  (${head})`, ...rows].join("\n");
}

/** One line for the whole. */
export function verdictText(scenario: Scenario, reports: readonly MomentReport[]): string {
  const outcomes = reports.flatMap((report) => report.outcomes);
  const failed = outcomes.filter(({ ok }) => !ok).length;
  return failed === 0
    ? `${scenario.name}: all ${outcomes.length} expectations were met`
    : `${scenario.name}: ${failed} of ${outcomes.length} expectations were NOT met`;
}

/** True when every step was played and every expectation met. */
export function passed(reports: readonly MomentReport[]): boolean {
  return reports.every((one) => one.at !== null && one.outcomes.every(({ ok }) => ok));
}

function wordsOf(expectation: Expectation): string {
  switch (expectation.expect) {
    case "siren":
      return `siren ${expectation.on ? "sounds" : "is silent"}`;
    case "confirmed":
      return "gateway confirms";
    case "denied":
      return "gateway denies";
    case "heard":
      return "gateway takes every byte";
    case "incident": {
      const { device, kind, room } = expectation;
      return `incident ${kind} (${expectation.class}) by ${device}${room === undefined ? "" : ` in ${room}`}`;
    }
    case "resolved":
      return `incident by ${expectation.device} resolved`;
    case "ledger":
      return `ledger: ${expectation.type}, ${expectation.device}`;
    default:
      return "";
  }
}

function clockTime(at: number): string {
  return new Date(at).toISOString();
}

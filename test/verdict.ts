import { readFileSync } from "node:fs";

/**
 * Prints `N passed, N failed` from vitest's JSON report. An empty run fails, and so does a skipped test: only the corpora may be
 * absent (ANHU_CORPORA names their folder), and that is said aloud.
 */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: verdict.ts REPORT");
const report = JSON.parse(readFileSync(path, "utf8")) as {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
};
const skipped = report.numPendingTests + report.numTodoTests;
const mayBeAbsent = process.env["ANHU_CORPORA"] === undefined;
if (skipped > 0) {
  console.log(
    mayBeAbsent
      ? `${skipped} corpus tests were not run: ANHU_CORPORA is not set`
      : `${skipped} tests were skipped: they count as failed`,
  );
}
const failed = report.numFailedTests + (mayBeAbsent ? 0 : skipped);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
if (report.numPassedTests === 0 || failed > 0 || report.numFailedTestSuites > 0) {
  process.exitCode = 1;
}

import { readFileSync } from "node:fs";

/** Prints `N passed, N failed` from vitest's JSON report; a skipped test or an empty run is a failure, never a silence. */
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
const failed = report.numFailedTests + skipped;
if (skipped > 0) console.log(`${skipped} tests were skipped: they count as failed`);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
if (report.numPassedTests === 0 || failed > 0 || report.numFailedTestSuites > 0)
  process.exitCode = 1;

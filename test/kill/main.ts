/**
 * `npm run test:kill -- --minutes N [--json] [--keep]`: the long form of the kill test; `--keep` leaves journal, stores and logs for a
 * look. Exit 0: every promise was kept, 1: one was broken.
 */
import { parseArgs } from "node:util";
import { killTest } from "./run.ts";
import { figures, verdict } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error("usage: npm run test:kill -- --minutes N [--json] [--keep]");
  process.exit(2);
}
const report = await killTest({ minutes, keep: values.keep, say: (line) => console.error(line) });
const broken = verdict(report);
if (values.json) console.log(JSON.stringify({ ...report, broken }, null, 1));
else console.log(figures(report));
for (const sentence of broken) console.error(`BROKEN: ${sentence}`);
for (const one of [...report.lost, ...report.silent, ...report.invented, ...report.doubled].slice(
  0,
  40,
))
  console.error(JSON.stringify(one));
process.exitCode = broken.length === 0 ? 0 : 1;

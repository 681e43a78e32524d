/**
 * `npm run bench [-- --quick] [-- --only TEXT] [-- --json FILE]`: docs/benchmarks.md.
 * Exit 0: measured, targets met or not; 1: it failed, or counts do not match; 2: misuse; 130: interrupted.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "@anhu/core/time";
import { alarmsAtRest, alarmsUnderOverload } from "./alarms/index.ts";
import type { Bench, Measured, Section } from "./bench.ts";
import { isMet } from "./bench.ts";
import { broker } from "./broker/index.ts";
import { outbox } from "./outbox.ts";
import { printed } from "./print.ts";
import { embeddedReadings, influxReadings } from "./readings/index.ts";

const SECTIONS: readonly (readonly [name: string, section: Section])[] = [
  ["readings into the embedded store", embeddedReadings],
  ["readings into InfluxDB", influxReadings],
  ["alarms at rest", alarmsAtRest],
  ["alarms under overload", alarmsUnderOverload],
  ["outbox", outbox],
  ["broker", broker],
];

const clock = systemClock();
const options = optionsOrExit();
const folder = mkdtempSync(join(tmpdir(), "anhu-bench-"));
let open = new AsyncDisposableStack();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.once(signal, () => void leave(130));
}
process.once("uncaughtException", (thrown) => {
  console.error(thrown);
  void leave(1);
});

const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  load: loadavg()[0],
  node: process.version,
};
const sections: Record<string, Measured> = {};
for (const [name, section] of SECTIONS) {
  if (name.includes(options.only)) sections[name] = await run(name, section);
}
const counts = Object.values(sections).flatMap((measured) => measured.counts);
const figures = Object.values(sections).flatMap((measured) => measured.figures);
const wrong = counts.filter(({ sent, found }) => sent !== found).length;
const missed = figures.filter((figure) => !isMet(figure)).length;
console.log(`${missed} targets missed, ${wrong} counts wrong`);
if (options.json !== undefined) {
  const at = new Date(clock.wall()).toISOString();
  const report = { at, quick: options.quick, machine, missed, wrong, sections };
  writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
}
await leave(wrong === 0 ? 0 : 1);

async function run(name: string, section: Section): Promise<Measured> {
  console.log(`${name} ...`);
  const began = clock.monotonic();
  const [load = 0] = loadavg();
  open = new AsyncDisposableStack();
  const own = mkdtempSync(join(folder, "section-"));
  const bench: Bench = { quick: options.quick, clock, folder: own, open };
  const measured = await section(bench);
  await open.disposeAsync();
  const seconds = Math.round((clock.monotonic() - began) / 1000);
  console.log(`${printed(measured)}\n  (${seconds} s; load ${load.toFixed(1)} when it began)\n`);
  return measured;
}

/** Closes what is open, removes what was written, exits. */
async function leave(code: number): Promise<void> {
  // What breaks because it is being closed is no news.
  process.on("unhandledRejection", () => undefined);
  process.on("uncaughtException", () => undefined);
  await open.disposeAsync();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

function optionsOrExit(): { quick: boolean; only: string; json: string | undefined } {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", default: "" },
        json: { type: "string" },
      },
    });
    return { ...values, json: values.json };
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    console.error("usage: npm run bench -- [--quick] [--only TEXT] [--json FILE]");
    process.exit(2);
  }
}

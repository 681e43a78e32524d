/** `npm run bench [-- --quick] [-- --json FILE]`. Exit 0: measured, targets met or not; 1: counts do not match, or it failed; 2: misuse. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "@anhu/core/time";
import type { Measured, Section } from "./bench.ts";
import { isMet } from "./bench.ts";
import { alarmsIdle, alarmsOverloaded } from "./alarms/index.ts";
import { broker } from "./broker/index.ts";
import { outbox } from "./outbox.ts";
import { printed } from "./print.ts";
import { embeddedReadings, influxReadings } from "./readings/index.ts";

const SECTIONS: Readonly<Record<string, Section>> = {
  "readings into the embedded store": embeddedReadings,
  "readings into InfluxDB": influxReadings,
  "alarms at rest": alarmsIdle,
  "alarms under overload": alarmsOverloaded,
  outbox,
  broker,
};

const usage = `usage: npm run bench -- [--quick] [--json FILE] [--only TEXT]`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "string" },
      quick: { type: "boolean", default: false },
      only: { type: "string", default: "" },
    },
  });
  const clock = systemClock();
  const folder = mkdtempSync(join(tmpdir(), "anhu-bench-"));
  let open = new AsyncDisposableStack();
  const end = (code: number): void => {
    void open.disposeAsync().finally(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(code);
    });
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.once(signal, () => end(130));
  process.once("uncaughtException", (thrown) => {
    console.error(thrown);
    end(1);
  });

  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    arch: arch(),
    memory_gib: totalmem() / 2 ** 30,
    load: loadavg()[0],
    node: process.version,
  };
  const measured: Record<string, Measured> = {};
  try {
    for (const [i, [name, section]] of Object.entries(SECTIONS).entries()) {
      if (!name.includes(values.only)) continue;
      console.log(`${name} ...`);
      open = new AsyncDisposableStack();
      const began = clock.monotonic();
      const seconds = (): number => (clock.monotonic() - began) / 1000;
      try {
        const own = join(folder, String(i));
        measured[name] = await section({
          quick: values.quick,
          clock,
          folder: own,
          open,
          say: (line) => console.log(line),
        });
        console.log(`${printed(measured[name])}\n  (${Math.round(seconds())} s)\n`);
      } finally {
        await open.disposeAsync();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const all = Object.values(measured);
  const wrong = all.flatMap(({ counts }) => counts).filter(({ sent, found }) => sent !== found);
  const missed = all.flatMap(({ figures }) => figures).filter((figure) => !isMet(figure));
  console.log(`${missed.length} targets missed, ${wrong.length} counts wrong`);
  if (values.json !== undefined) {
    const report = {
      at: new Date(clock.wall()).toISOString(),
      quick: values.quick,
      machine,
      sections: measured,
    };
    writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`);
  }
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

try {
  await main();
} catch (thrown) {
  const misuse =
    thrown instanceof TypeError &&
    "code" in thrown &&
    String(thrown.code).startsWith("ERR_PARSE_ARGS");
  console.error(misuse ? `${thrown.message}\n${usage}` : thrown);
  process.exitCode = misuse ? 2 : 1;
}

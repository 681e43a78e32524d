import type { Command } from "commander";
import { runDecode } from "../decode/index.ts";
import { runDetect } from "../detect/index.ts";
import { runInfluxSetup } from "../influx/index.ts";
import { runScenario } from "../scenario/index.ts";
import type { Here } from "./here.ts";
import type { HelpWords } from "./words.ts";

interface ScenarioArguments {
  readonly answer?: readonly string[];
  readonly arrive?: string;
  readonly json?: boolean;
}

interface DetectArguments {
  readonly facility: string;
  readonly until?: number;
  readonly latch?: boolean;
}

/** What tries the system, and single parts of it on what is on standard input: scenario, decode, detect, influx. */
export function addTrying(program: Command, words: HelpWords, here: Here): void {
  const { dataDir, clock, env, out, err } = here;
  const streams = { input: here.input, output: out, error: err, env };
  const { scenario, decode, detect, influx, influxSetup } = words;
  program
    .command("scenario")
    .description(scenario.about)
    .argument(`[${scenario.scenario}]`)
    .option(`--answer <${scenario.answer.name}>`, scenario.answer.about, collect)
    .option(`--arrive <${scenario.arrive.name}>`, scenario.arrive.about)
    .option("--json", scenario.json)
    .action(
      async (
        name: string | undefined,
        { answer = [], arrive, json = false }: ScenarioArguments,
      ) => {
        const httpPort = here.ports().http;
        const given = { name, answers: answer, arrive, json };
        here.end(await runScenario({ ...given, dataDir, httpPort, clock, env, out, err }));
      },
    );
  program
    .command("decode")
    .description(decode.about)
    .argument(`<${decode.driver}>`)
    .option("--stream", decode.stream)
    .action(async (driver: string, { stream = false }: { stream?: boolean }) => {
      here.end(await runDecode({ driver, stream, ...streams }));
    });
  program
    .command("detect")
    .description(detect.about)
    .requiredOption(`--facility <${detect.facility.name}>`, detect.facility.about)
    .option(`--until <${detect.until.name}>`, detect.until.about, Number)
    .option("--latch", detect.latch)
    .action(async ({ facility, until, latch = false }: DetectArguments) => {
      here.end(await runDetect({ facilityFile: facility, until, latch, ...streams }));
    });
  program
    .command("influx")
    .description(influx.about)
    .command("setup")
    .description(influxSetup.about)
    .option(`--retention <${influxSetup.retention.name}>`, influxSetup.retention.about)
    .option("--json", influxSetup.json)
    .action(async ({ retention, json = false }: { retention?: string; json?: boolean }) => {
      here.end(await runInfluxSetup({ retention, json, env, out, err }));
    });
}

/** An option that may stand several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/**
 * `anhu scenario NAME`: plays a scenario on the running system and looks at it only from outside.
 *
 *   runner --control socket--> simulator --serial line, MQTT--> edge --> broker --> response
 *      ^                            |                                                  |
 *      +------ siren, confirms -----+                +------ incidents, ledger (HTTP) -+
 *      +---------------------------------------------+
 */
import { join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { connectControl } from "@anhu/firmware-sim/control";
import type { Control } from "@anhu/firmware-sim/control";
import { SCENARIOS } from "@anhu/firmware-sim/scenarios";
import { apiOf } from "../api.ts";
import type { Observer } from "./observe.ts";
import { observe } from "./observe.ts";
import { asExpected, play } from "./play.ts";
import type { MomentReport } from "./play.ts";
import { momentText, verdictText } from "./print.ts";
import { wordsFor } from "./words.ts";

export interface ScenarioOptions {
  readonly name: string;
  /** One JSON document instead of text. */
  readonly json: boolean;
  readonly dataDir: string;
  readonly httpPort: number;
  readonly clock: Clock;
  /** Its locale chooses the language. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Writer;
  readonly err: Writer;
}

interface Writer {
  write(text: string): unknown;
}

const NOT_MET = 1;
const MISUSE = 2;
const NOT_RUNNING = 3;

/** Plays a scenario. Resolves with the exit code: 0 all as expected, 1 not, 2 no such scenario, 3 the system is not running. */
export async function runScenario(options: ScenarioOptions): Promise<number> {
  const { name, json, out, err, clock } = options;
  const words = wordsFor(options.env);
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) {
    const names = SCENARIOS.map((one) => `  ${one.name.padEnd(12)} ${one.title[words.language]}`);
    err.write(`${words.unknown(name)}\n${names.join("\n")}\n`);
    return MISUSE;
  }
  let stage: { control: Control; observer: Observer };
  try {
    stage = await reach(options);
  } catch (thrown) {
    err.write(`${words.notRunning}: ${messageOf(thrown)}\n`);
    return NOT_RUNNING;
  }
  try {
    const tell = json ? () => {} : (text: string) => out.write(`${text}\n`);
    tell(`${scenario.title[words.language]}\n`);
    const report = (moment: MomentReport) => tell(momentText(moment, words));
    const reports = await play(scenario, { ...stage, clock }, report);
    const ok = reports.every(asExpected);
    tell(`\n${verdictText(scenario, reports, words)}`);
    if (json) out.write(`${JSON.stringify({ scenario: name, ok, moments: reports })}\n`);
    return ok ? 0 : NOT_MET;
  } catch (thrown) {
    if (!(thrown instanceof AnhuError)) throw thrown;
    err.write(`${thrown.message}\n`);
    return NOT_MET;
  } finally {
    stage.control.close();
  }
}

async function reach(options: ScenarioOptions): Promise<{ control: Control; observer: Observer }> {
  const control = await connectControl(join(options.dataDir, "anhu.sock"), options.clock);
  try {
    const status = await control.ask("status", {});
    if (!status.ok) throw new Error(status.error.detail);
    return { control, observer: await observe(apiOf(options), status.value.facility) };
  } catch (thrown) {
    control.close();
    throw thrown;
  }
}

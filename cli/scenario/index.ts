/**
 * `anhu scenario NAME`: plays a scenario on the running system and looks at it only from outside.
 *
 *   runner --control socket--> simulator --serial line, MQTT--> edge --> broker --> response --> phones, mailbox
 *      ^                            |                                                  |             |
 *      |                            |                +------ incidents, ledger (HTTP) -+             |
 *      +--- siren, confirms --------+----------------+------------- what the phones logged ----------+
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import { connectControl } from "@anhu/firmware-sim/control";
import type { SimulatorEvent } from "@anhu/firmware-sim/control";
import { SCENARIOS } from "@anhu/firmware-sim/scenarios";
import type { Scenario } from "@anhu/firmware-sim/scenarios";
import { apiOf, whyNot } from "../api.ts";
import { mistakesOf, problemText } from "../problems/index.ts";
import { mistakeEn } from "../problems/mistakes.ts";
import { parseGiven } from "./given.ts";
import { lossOf } from "./lost.ts";
import { observe } from "./observe.ts";
import { asExpected, play } from "./play.ts";
import type { Stage, Told } from "./play.ts";
import { momentText, verdictText } from "./print.ts";
import { createProgress } from "./progress.ts";
import { tidy } from "./tidy.ts";
import { wordsFor } from "./words.ts";
import type { Words } from "./words.ts";

export interface ScenarioOptions {
  /** undefined: the scenarios are listed. */
  readonly name: string | undefined;
  /** `--answer`: never or ROLE@SECONDS, each time it stands there. */
  readonly answers: readonly string[];
  /** `--arrive`: never or seconds. */
  readonly arrive: string | undefined;
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

/** Plays a scenario. Resolves with the exit code: 0 all as expected, 1 not, 2 no such scenario or misuse, 3 the system is not running. */
export async function runScenario(options: ScenarioOptions): Promise<number> {
  const { name, err } = options;
  const words = wordsFor(options.env);
  const entry = SCENARIOS.find((one) => one.name === name);
  if (entry === undefined) {
    const names = SCENARIOS.map((one) => `  ${one.name.padEnd(22)} ${one.title[words.language]}`);
    err.write(`${words.unknown(name)}\n${names.join("\n")}\n`);
    return MISUSE;
  }
  const given = parseGiven(options.answers, options.arrive);
  if (!given.ok) {
    err.write(`${words.misuse(given.error)}\n`);
    return MISUSE;
  }
  let stage: Stage;
  try {
    stage = await reach(options);
  } catch (thrown) {
    const nobody = thrown instanceof AnhuError && thrown.code === "no_simulator";
    err.write(nobody ? `${words.notRunning(options.dataDir)}\n` : `${whyNot(thrown, options)}\n`);
    return NOT_RUNNING;
  }
  try {
    const facility = facilityOf(options);
    const made = entry.make(given.value, facility, options.clock.wall());
    const { timezone } = facility.facility;
    if (made.ok) return await perform(made.value, stage, { ...options, words, timezone });
    err.write(`${words.misuse(made.error)}\n`);
    return MISUSE;
  } catch (thrown) {
    if (!(thrown instanceof AnhuError)) throw thrown;
    err.write(`${problemText(thrown, options.env)}\n`);
    return NOT_MET;
  } finally {
    stage.control.close();
  }
}

async function perform(
  scenario: Scenario,
  stage: Stage,
  options: ScenarioOptions & { readonly words: Words; readonly timezone: string },
): Promise<number> {
  const { words, json, out, err, timezone, httpPort } = options;
  const tell = (text: string) => void (json || out.write(`${text}\n`));
  const progress = createProgress(words, tell);
  tell(`${scenario.title[words.language]}\n`);
  const told = await play(scenario, stage, {
    begins: (moment) => moment.long === true && tell(`${moment.name[words.language]} ...`),
    looked: (...looked) => progress.looked(...looked),
    ended: (report) => tell(momentText(report, words, timezone)),
  });
  const ok = told.lost === null && told.reports.every(asExpected);
  tell(`\n${verdictText(scenario, told.reports, words)}`);
  if (json) out.write(`${JSON.stringify(documentOf(scenario, told, ok))}\n`);
  if (told.lost !== null) {
    err.write(`${words.lost(told.lost, `http://127.0.0.1:${httpPort}`)}\n`);
    return NOT_MET;
  }
  const { since } = told.seen;
  const why = (thrown: unknown) => whyNot(thrown, options);
  for (const left of await tidy(stage, scenario, { since, ok, why })) err.write(`${left}\n`);
  return ok ? 0 : NOT_MET;
}

function documentOf({ name }: Scenario, { reports, seen, lost }: Told, ok: boolean): object {
  const isPhone = (event: SimulatorEvent) => event.event === "phone";
  const phones = seen.events.filter(isPhone);
  return { scenario: name, ok, ...(lost === null ? {} : { lost }), moments: reports, phones };
}

/** The running facility, as it is staffed now. */
function facilityOf({ dataDir }: ScenarioOptions): Facility {
  const path = join(dataDir, "facility.yaml");
  const parsed = parseFacility(readFileSync(path, "utf8"));
  if (parsed.ok) return parsed.value;
  const mistakes = parsed.error.map((one) => `  ${mistakeEn(path, one)}`);
  throw new AnhuError("bad_facility", ["the facility file has mistakes:", ...mistakes].join("\n"), {
    fault: "caller",
    retry: false,
    about: mistakesOf(path, parsed.error),
  });
}

async function reach(options: ScenarioOptions): Promise<Stage> {
  const { dataDir, clock } = options;
  const control = await connectControl(join(dataDir, "anhu.sock"), clock);
  try {
    const status = await control.ask("status", {});
    if (!status.ok) throw new Error(status.error.detail);
    const api = apiOf(options);
    const observer = await observe(api, status.value.facility, clock);
    return { control, observer, api, clock, lost: lossOf({ control, observer, clock }) };
  } catch (thrown) {
    control.close();
    throw thrown;
  }
}

import type { Clock } from "@anhu/core/time";
import type { Control, SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Expectation, Moment, Scenario } from "@anhu/firmware-sim/scenarios";
import type { Played, Seen } from "./judge.ts";
import { judge } from "./judge.ts";
import type { Observer } from "./observe.ts";
import { pause } from "./observe.ts";

export interface Outcome {
  readonly expectation: Expectation;
  readonly ok: boolean;
  /** From the step to what was seen, ms; null: it was not seen in time. */
  readonly after_ms: number | null;
}

export interface MomentReport {
  readonly name: Moment["name"];
  /** When the step was played, UTC ms; null: the simulator refused it. */
  readonly at: number | null;
  readonly refused?: string;
  readonly outcomes: readonly Outcome[];
}

export interface Stage {
  readonly control: Control;
  readonly observer: Observer;
  readonly clock: Clock;
}

const FAILED_IN_A_ROW = 3;
/** Between two looks. */
const LOOK_MS = 50;
/** The gateway's clock may be a little behind this machine's. */
const CLOCKS_MS = 1_000;

/**
 * Plays the moments one after the other; each ends when all its expectations are met or out of time. After three in a row that were not as
 * expected the rest is left out: the system does not answer.
 */
export async function play(
  scenario: Scenario,
  stage: Stage,
  told: (report: MomentReport) => void,
): Promise<readonly MomentReport[]> {
  const { control, observer, clock } = stage;
  const events: SimulatorEvent[] = [];
  let siren = { on: false, at: null as number | null };
  control.onEvent((event) => {
    if (event.event === "siren") siren = event;
    // Ordinary telemetry is not what a scenario waits for: only what was learned about facts is kept.
    else if (event.event !== "fact") events.push(event);
  });
  const watching = await control.ask("watch", {});
  if (watching.ok) siren = watching.value.siren;
  await control.ask("hold", { names: scenario.hold, afterwards: scenario.cleanup });

  const since = clock.wall();
  const seen = (): Seen => ({
    since,
    events,
    siren,
    incidents: observer.incidents,
    entries: observer.entries,
    readings: observer.readings,
  });
  const reports: MomentReport[] = [];
  for (const moment of scenario.moments) {
    const report = await playMoment(moment, stage, seen);
    reports.push(report);
    told(report);
    if (reports.length >= FAILED_IN_A_ROW && !reports.slice(-FAILED_IN_A_ROW).some(asExpected))
      break;
  }
  return reports;
}

/** The step was played and every expectation met. */
export function asExpected({ at, outcomes }: MomentReport): boolean {
  return at !== null && outcomes.every(({ ok }) => ok);
}

async function playMoment(
  { name, step, expect }: Moment,
  stage: Stage,
  seen: () => Seen,
): Promise<MomentReport> {
  const played = await stage.control.ask("play", { step });
  if (!played.ok) {
    const outcomes = expect.map((expectation) => ({ expectation, ok: false, after_ms: null }));
    return { name, at: null, refused: played.error.detail, outcomes };
  }
  const outcomes = await settle(expect, played.value, { ...stage, seen });
  return { name, at: played.value.at, outcomes };
}

async function settle(
  expectations: readonly Expectation[],
  played: Played,
  { observer, clock, seen }: Stage & { seen: () => Seen },
): Promise<readonly Outcome[]> {
  const began = clock.monotonic();
  const outcomes = new Map<Expectation, Outcome>();
  for (;;) {
    const waitedMs = clock.monotonic() - began;
    const open = expectations.filter((expectation) => !outcomes.has(expectation));
    const devices = open.flatMap((one) => (one.expect === "stored" ? [one.device] : []));
    // Response may be down for a while: then nothing new was seen, and the time limits say so.
    await observer.look(devices, played.at - CLOCKS_MS).catch(() => undefined);
    for (const expectation of open) {
      const at = judge(expectation, played, seen());
      const after_ms = at === null ? null : Math.max(0, Math.round(at - played.at));
      const ok = after_ms !== null && after_ms <= expectation.within_ms;
      if (ok || waitedMs > expectation.within_ms)
        outcomes.set(expectation, { expectation, ok, after_ms });
    }
    if (outcomes.size === expectations.length) break;
    await pause(clock, LOOK_MS);
  }
  return expectations.flatMap((expectation) => outcomes.get(expectation) ?? []);
}

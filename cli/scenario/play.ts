import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Control, SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Answering, Deed, Moment, Scenario, Step } from "@anhu/firmware-sim/scenarios";
import type { Api } from "../api.ts";
import { firstByteAt, incidentsOf } from "./judge.ts";
import type { Played, Seen } from "./judge.ts";
import type { Lost } from "./lost.ts";
import type { Observer } from "./observe.ts";
import { pause } from "./observe.ts";
import { settle } from "./settle.ts";
import type { Outcome } from "./settle.ts";

export interface MomentReport {
  readonly name: Moment["name"];
  /** When the step was played, UTC ms; null: it was refused. */
  readonly at: number | null;
  readonly refused?: string;
  /** The reason code of it. */
  readonly reason?: string;
  readonly outcomes: readonly Outcome[];
}

export interface Stage {
  readonly control: Control;
  readonly observer: Observer;
  readonly api: Pick<Api, "post">;
  readonly clock: Clock;
  /** What of the system is gone, by the last look; null: nothing. */
  readonly lost: () => Lost | null;
}

/** Whoever is told how it goes. */
export interface Audience {
  /** Before it is played. */
  begins(moment: Moment): void;
  /** After every look at the system while a moment is played; `from`: its first byte, UTC ms. */
  looked(moment: Moment, seen: Seen, from: number): void;
  ended(report: MomentReport, moment: Moment): void;
}

export interface Told {
  readonly reports: readonly MomentReport[];
  /** All that was seen. */
  readonly seen: Seen;
  /** What was gone, so that the rest was left out. */
  readonly lost: Lost | null;
}

const FAILED_IN_A_ROW = 3;
/** The first byte goes out when the line is free: a frame at 9600 baud takes 60 ms. */
const FIRST_BYTE_MS = 1_000;
const FIRST_BYTE_LOOK_MS = 10;

/**
 * Plays the moments one after the other; each ends when all its expectations are met or out of time. After three in a row that were not as
 * expected the rest is left out: the system does not answer. So it is when the system is gone.
 */
export async function play(scenario: Scenario, stage: Stage, audience: Audience): Promise<Told> {
  const { control, observer, clock } = stage;
  const events: SimulatorEvent[] = [];
  let siren = { on: false, at: null as number | null };
  control.onEvent((event) => {
    if (event.event === "siren") siren = event;
    // Ordinary telemetry is not what a scenario waits for: only what was learned about facts is kept.
    if (event.event !== "fact") events.push(event);
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
    states: observer.states,
    readings: observer.readings,
  });
  const reports: MomentReport[] = [];
  for (const moment of scenario.moments) {
    audience.begins(moment);
    const report = await playMoment(moment, { ...stage, seen, audience });
    reports.push(report);
    audience.ended(report, moment);
    if (stage.lost() !== null) break;
    if (reports.length >= FAILED_IN_A_ROW && !reports.slice(-FAILED_IN_A_ROW).some(asExpected))
      break;
  }
  return { reports, seen: seen(), lost: stage.lost() };
}

/** The step was played and every expectation met. */
export function asExpected({ at, outcomes }: MomentReport): boolean {
  return at !== null && outcomes.every((outcome) => outcome.ok);
}

interface Playing extends Stage {
  readonly seen: () => Seen;
  readonly audience: Audience;
}

async function playMoment(moment: Moment, playing: Playing): Promise<MomentReport> {
  const { name, step, answers = [], expect } = moment;
  const { audience, seen } = playing;
  const played = await perform(step, playing);
  if (!played.ok) {
    const outcomes = expect.map((expectation) => ({ expectation, ok: false, after_ms: null }));
    const { reason, detail } = played.error;
    return { name, at: null, refused: detail, reason, outcomes };
  }
  const { at } = played.value;
  if (answers.length > 0) await prepare(answers, played.value, playing);
  const onLook = () => audience.looked(moment, seen(), firstByteAt(played.value, seen()) ?? at);
  const outcomes = await settle(expect, played.value, { ...playing, onLook });
  return { name, at, outcomes };
}

async function perform(step: Step | Deed | null, playing: Playing): Promise<Result<Played>> {
  if (step === null) return ok({ at: playing.clock.wall(), facts: [] });
  return step.do === "close" ? close(step, playing) : playing.control.ask("play", { step });
}

/** Somebody says what it was. Fails with `not_closed`. */
async function close(
  { device, cause }: Deed,
  { api, clock, observer, seen }: Playing,
): Promise<Result<Played>> {
  const at = clock.wall();
  await observer.look([], at).catch(() => undefined);
  const open = incidentsOf(seen(), device).filter(({ state }) => state !== "closed");
  if (open.length === 0) return refuse("not_closed", `no incident of ${device} to close`);
  try {
    for (const { id } of open)
      await api.post(`/api/v1/incidents/${encodeURIComponent(id)}/close`, { cause });
    return ok({ at, facts: [] });
  } catch (thrown) {
    return refuse("not_closed", messageOf(thrown));
  }
}

/** Tells the simulated people when to answer, counted from the first byte. */
async function prepare(
  answers: readonly Answering[],
  played: Played,
  { control, clock, seen }: Playing,
): Promise<void> {
  const began = clock.monotonic();
  while (
    played.facts.length > 0 &&
    firstByteAt(played, seen()) === null &&
    clock.monotonic() - began < FIRST_BYTE_MS
  )
    await pause(clock, FIRST_BYTE_LOOK_MS);
  const from = firstByteAt(played, seen()) ?? played.at;
  const { since } = seen();
  const rules = answers.map(({ role, room, answer_ms, arrive_after_ms }) => {
    return { role, room, since, answer_at: from + answer_ms, arrive_after_ms };
  });
  await control.ask("answer", { rules });
}

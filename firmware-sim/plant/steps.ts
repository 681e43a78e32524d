import { messageOf } from "@anhu/core/errors";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import { send } from "../mqtt/index.ts";
import type { Saying } from "../mqtt/index.ts";
import type { Step } from "../scenarios/index.ts";
import type { Opened } from "./open.ts";
import { payloadNow } from "./present.ts";

/** What a step or report has become. */
export interface Played {
  /** When it was played, UTC ms. */
  readonly at: number;
  /** Ids of the journal's facts that it made. */
  readonly facts: readonly string[];
}

export interface Stage {
  readonly opened: Opened;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Runs something and returns the ids of the facts that it wrote. */
  readonly noting: (run: () => void) => readonly string[];
}

/** A device says something. Fails with `unknown_device` or `cannot_say`. */
export function report(stage: Stage, device: string, saying: Saying): Result<Played> {
  const end = stage.opened.ends.get(device);
  if (end === undefined) return refuse("unknown_device", `nothing simulated is ${device}`);
  return perform(stage, () => end.report(device, saying));
}

/** Plays one step. Fails with `unknown_device`, `unknown_line`, `unknown_identity`, `not_held`, `not_a_frame` or `cannot_say`. */
export function playStep(stage: Stage, step: Step): Result<Played> {
  switch (step.do) {
    case "report":
      return report(stage, step.device, { kind: step.kind, fields: step.fields, routine: false });
    case "reset":
      return reset(stage, step.line);
    case "frame":
      return playFrame(stage, step);
    case "publish":
      return publish(stage, step);
    default:
      return refuse("unknown_step", "a step is one of report, reset, frame, publish");
  }
}

function reset(stage: Stage, line: string): Result<Played> {
  const panel = stage.opened.lines.get(line)?.panel;
  if (panel === undefined) return refuse("unknown_line", `no panel is on ${line}`);
  return perform(stage, () => panel.reset());
}

function playFrame(
  { opened, clock }: Stage,
  { line, hex, times }: Step & { do: "frame" },
): Result<Played> {
  const one = opened.lines.get(line);
  if (one === undefined) return refuse("unknown_line", `there is no line ${line}`);
  if (!one.shared.held) return refuse("not_held", `hold ${line} before playing frames on it`);
  const at = clock.wall();
  const id = one.player.play(Buffer.from(hex.replaceAll(" ", ""), "hex"), times);
  if (id === undefined) return refuse("not_a_frame", "no GB/T 26875.3 frame to put a time into");
  return ok({ at, facts: [id] });
}

function publish(stage: Stage, step: Step & { do: "publish" }): Result<Played> {
  const { opened, journal, clock } = stage;
  const { identity, topic, times } = step;
  const link = opened.links.get(identity);
  if (link === undefined) return refuse("unknown_identity", `no connection is ${identity}'s`);
  const payload = times === "now" ? payloadNow(step.payload, clock.wall()) : step.payload;
  const message = { topic, payload, deviceTimeMs: null, routine: false };
  const fact = { device: null, address: topic, kind: "payload", fields: { payload } };
  return perform(stage, () =>
    send({ link, journal, clock, wire: identity }, { ...fact, ...message }),
  );
}

function perform({ clock, noting }: Stage, run: () => void): Result<Played> {
  const at = clock.wall();
  try {
    return ok({ at, facts: noting(run) });
  } catch (thrown) {
    return refuse("cannot_say", messageOf(thrown));
  }
}

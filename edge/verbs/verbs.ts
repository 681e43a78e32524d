/** What people can do at a gateway through the centre (docs/protocols/commands.md), one verb each. */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Command } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { Siren } from "../local/index.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Verb } from "../uplink/index.ts";
import { alertsOf, deviceOf, secondsOf, silenceOf, untilOf, whoOf } from "./args.ts";

export interface VerbParts {
  /** null: the facility file gives this gateway none. */
  readonly siren: Pick<Siren, "silence" | "unanswered" | "answered"> | null;
  readonly pipeline: Pick<Pipeline, "resetAlerts" | "testMode">;
  /** Whether a device of this id is this gateway's. */
  readonly knows: (device: string) => boolean;
  /** Wall clock, UTC ms: a command runs only while it is trusted. */
  readonly now: () => number;
  /** The gateway's own time, UTC ms, by which a test ends: ahead of the wall clock for a while after that was set back. */
  readonly ownNow: () => number;
  readonly sayStatus: () => void;
  readonly log: Logger;
}

type Args = Command["args"];

/**
 * The verbs by name. They fail with `bad_argument`, and beside it `silence` and `siren` with `no_siren`, `silence` with `already_over`,
 * `test_mode` with `unknown_device`, `already_over`, `test_too_long` or `not_durable`.
 */
export function verbsOf(parts: VerbParts): ReadonlyMap<string, Verb> {
  return new Map<string, Verb>([
    ["status", () => status(parts)],
    ["silence", (args) => silence(parts, args)],
    ["siren", (args) => siren(parts, args)],
    ["reset", (args) => reset(parts, args)],
    ["test_mode", (args) => testMode(parts, args)],
  ]);
}

/** assumption: long enough to hear each other, too short to forget a fire. */
const SILENCE_S = { least: 10, most: 300 };
/** assumption: the centre says it again every 60 s. 0: somebody has answered. */
const UNANSWERED_S = { least: 0, most: 600 };

function status({ sayStatus }: VerbParts): Result<string> {
  sayStatus();
  return ok("said");
}

/** It may have been asked for a while ago: it ends when it was to end, and a fire that was not known then sounds. */
function silence({ siren: sounder, log, now }: VerbParts, args: Args): Result<string> {
  const forMs = silenceOf(args, { ...SILENCE_S, now: now() });
  if (!forMs.ok) return forMs;
  const alerts = args["alerts"] === undefined ? ok(undefined) : alertsOf(args);
  if (!alerts.ok) return alerts;
  if (sounder === null) return refuse("no_siren", "this gateway has no siren");
  sounder.silence(forMs.value, alerts.value);
  const seconds = Math.ceil(forMs.value / 1000);
  log.warn({ by: whoOf(args), seconds }, "the siren is silenced");
  return ok(`silent for ${seconds} s`);
}

function siren({ siren: sounder, log }: VerbParts, args: Args): Result<string> {
  if (args["tone"] !== "unanswered") return refuse("bad_argument", "tone: unanswered");
  const seconds = secondsOf(args, UNANSWERED_S);
  if (!seconds.ok) return seconds;
  if (sounder === null) return refuse("no_siren", "this gateway has no siren");
  if (seconds.value === 0) {
    sounder.answered();
    log.warn("somebody has answered");
    return ok("ended");
  }
  sounder.unanswered(seconds.value * 1000);
  log.warn({ seconds: seconds.value }, "nobody has answered");
  return ok(`sounds for ${seconds.value} s`);
}

async function reset({ pipeline, log }: VerbParts, args: Args): Promise<Result<string>> {
  const alerts = alertsOf(args);
  if (!alerts.ok) return alerts;
  const { cleared, stillActive } = await pipeline.resetAlerts(alerts.value);
  log.warn({ by: whoOf(args), cleared, stillActive }, "alerts are reset at the scene");
  return ok(JSON.stringify({ cleared, still_active: stillActive }));
}

/** A test that would not survive a power cut is ended again: the centre must not believe in it. */
async function testMode(parts: VerbParts, args: Args): Promise<Result<string>> {
  const { pipeline, log, now, ownNow, knows } = parts;
  const device = deviceOf(args, knows);
  if (!device.ok) return device;
  const until = untilOf(args, Math.max(now(), ownNow()));
  if (!until.ok) return until;
  const isDurable = await pipeline.testMode(device.value, until.value);
  if (!isDurable && until.value !== null) {
    await pipeline.testMode(device.value, null);
    return refuse("not_durable", "the gateway's disk did not take it: no test mode");
  }
  log.warn({ by: whoOf(args), device: device.value, until: until.value }, "test mode");
  return ok(until.value === null ? "ended" : `until ${until.value}`);
}

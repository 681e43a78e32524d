import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Command } from "@anhu/core/wire";

type Args = Command["args"];

/** Alerts of one reset, and characters of an id (core/wire, alert). */
const MOST_ALERTS = 256;
const ID_CHARS = 256;
/** assumption: a test takes no longer than a day; a longer one would be forgotten. */
const MOST_TEST_MS = 24 * 3_600_000;

/** `seconds` within these bounds. Fails with `bad_argument`. */
export function secondsOf(args: Args, bounds: { least: number; most: number }): Result<number> {
  const { seconds } = args;
  const { least, most } = bounds;
  if (typeof seconds === "number" && seconds >= least && seconds <= most) return ok(seconds);
  return refuse("bad_argument", `seconds: ${least} to ${most}`);
}

/** `seconds` in ms, less where `until` (UTC ms, may be left out) comes first. Fails with `bad_argument` or `already_over`. */
export function silenceOf(
  args: Args,
  bounds: { least: number; most: number; now: number },
): Result<number> {
  const { until = null } = args;
  const seconds = secondsOf(args, bounds);
  if (!seconds.ok) return seconds;
  const end = timeOf(until, bounds.now);
  if (!end.ok) return end;
  return ok(Math.min(seconds.value * 1000, (end.value ?? Infinity) - bounds.now));
}

/** `alerts`, ids of alerts. Fails with `bad_argument`. */
export function alertsOf({ alerts }: Args): Result<readonly string[]> {
  const isId = (id: unknown): id is string => typeof id === "string" && id.length <= ID_CHARS;
  if (Array.isArray(alerts) && alerts.length <= MOST_ALERTS && alerts.every(isId))
    return ok([...new Set(alerts)]);
  return refuse("bad_argument", `alerts: at most ${MOST_ALERTS} ids`);
}

/** `device`, one that `knows`. Fails with `bad_argument` or `unknown_device`. */
export function deviceOf({ device }: Args, knows: (device: string) => boolean): Result<string> {
  if (typeof device !== "string") return refuse("bad_argument", "device: an id");
  return knows(device) ? ok(device) : refuse("unknown_device", "no device of this gateway");
}

/** `until`, UTC ms in the next 24 h, or null. Fails with `bad_argument`, `already_over` or `test_too_long`. */
export function untilOf({ until }: Args, now: number): Result<number | null> {
  const end = timeOf(until, now);
  if (!end.ok || (end.value ?? now) - now <= MOST_TEST_MS) return end;
  return refuse("test_too_long", "until: at most 24 h from now");
}

/** Who does it, for the log; the centre's ledger knows it anyway. */
export function whoOf({ by }: Args): string | null {
  return typeof by === "string" ? by.slice(0, ID_CHARS) : null;
}

function timeOf(until: unknown, now: number): Result<number | null> {
  if (until === null) return ok(null);
  if (typeof until !== "number" || !Number.isSafeInteger(until))
    return refuse("bad_argument", "until: UTC ms or null");
  return until > now ? ok(until) : refuse("already_over", "until: in the past");
}

/**
 * Waits for what a step must lead to, and against what it must not.
 *
 *                      seen in time ----------------------> ok
 *   expectation open --+- out of time, or seen too early --> failed
 *                      +- forbidden: happened -------------> failed, and the rest is left out: it is not worth waiting for
 *                      +- forbidden: its time is over -----> ok
 *                      +- the system is gone --------------> left out
 */
import type { Clock } from "@anhu/core/time";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import { firstByteAt, isForbidding, judge } from "./judge.ts";
import type { Played, Seen } from "./judge.ts";
import type { Lost } from "./lost.ts";
import type { Observer } from "./observe.ts";
import { pause } from "./observe.ts";

export interface Outcome {
  readonly expectation: Expectation;
  readonly ok: boolean;
  /** From the first byte of the step to what was seen, ms; null: it was not seen. */
  readonly after_ms: number | null;
  /** Nobody waited for it any more. */
  readonly left_out?: true;
}

export interface Watch {
  readonly observer: Observer;
  readonly clock: Clock;
  readonly seen: () => Seen;
  /** What it would wait for in vain; null: nothing. */
  readonly lost: () => Lost | null;
  /** Called after every look. */
  readonly onLook: () => void;
}

/** Between two looks: at first, and when it takes longer than that. */
const LOOK_MS = 50;
const SLOW_AFTER_MS = 5_000;
const SLOW_LOOK_MS = 250;
/** The gateway's clock may be a little behind this machine's. */
const CLOCKS_MS = 1_000;

/** Resolves with one outcome per expectation, in their order. */
export async function settle(
  expectations: readonly Expectation[],
  played: Played,
  watch: Watch,
): Promise<readonly Outcome[]> {
  const { clock } = watch;
  const began = clock.monotonic();
  const outcomes = new Map<Expectation, Outcome>();
  for (;;) {
    const waitedMs = clock.monotonic() - began;
    const isSlow = waitedMs > SLOW_AFTER_MS;
    const open = expectations.filter((expectation) => !outcomes.has(expectation));
    await look(open, played, watch);
    const seen = watch.seen();
    const from = firstByteAt(played, seen) ?? played.at;
    for (const expectation of open) {
      const at = judge(expectation, played, seen);
      const after_ms = at === null ? null : Math.max(0, Math.round(at - from));
      const isOver = waitedMs - (from - played.at) > expectation.within_ms;
      const ok = verdict(expectation, { after_ms, isOver });
      if (ok !== undefined) outcomes.set(expectation, { expectation, ok, after_ms });
    }
    if (outcomes.size === expectations.length) break;
    if ([...outcomes.values()].some(isHopeless)) break;
    if (watch.lost() !== null) break;
    await pause(clock, isSlow ? SLOW_LOOK_MS : LOOK_MS);
  }
  return expectations.map(
    (expectation) =>
      outcomes.get(expectation) ?? { expectation, ok: false, after_ms: null, left_out: true },
  );
}

/** true: as expected; false: not; undefined: it is not known yet. */
function verdict(
  expectation: Expectation,
  { after_ms, isOver }: { readonly after_ms: number | null; readonly isOver: boolean },
): boolean | undefined {
  const { within_ms } = expectation;
  if (isForbidding(expectation)) {
    if (after_ms !== null && after_ms <= within_ms) return false;
    return isOver ? true : undefined;
  }
  if (after_ms === null) return isOver ? false : undefined;
  if ("from_ms" in expectation && after_ms < expectation.from_ms) return false;
  if (after_ms <= within_ms) return true;
  return isOver ? false : undefined;
}

/** Without its incident nobody is called; and what was forbidden cannot be undone. */
function isHopeless({ ok, expectation }: Outcome): boolean {
  if (ok) return false;
  return isForbidding(expectation) || expectation.expect === "incident";
}

async function look(
  open: readonly Expectation[],
  played: Played,
  { observer, onLook }: Watch,
): Promise<void> {
  const devices = open.flatMap((one) => (one.expect === "stored" ? [one.device] : []));
  // Response may be down for a while: then nothing new was seen, and the time limits say so, or `lost` does.
  await observer.look(devices, played.at - CLOCKS_MS).catch(() => undefined);
  onLook();
}

/** Whether the system that a scenario plays on is still there: a scenario whose system has ended would wait for nothing. */
import type { Clock } from "@anhu/core/time";
import type { Control } from "@anhu/firmware-sim/control";
import type { Observer } from "./observe.ts";

/** `system`: both are gone. `response`: it has not answered for long; the simulator is there. `simulator`: response is there. */
export type Lost = "system" | "response" | "simulator";

/** Several looks in a row, so that one hiccup is none. */
const FAILURES = 2;
/** A service that died is started again and answers within that time. */
const RESTARTED_MS = 10_000;
/** Simulator and response do not end at the same moment when the system is stopped. */
const STOPPING_MS = 2_000;

/** Gives, after each look of the observer, what is lost for good; null: nothing. */
export function lossOf(parts: {
  readonly control: Pick<Control, "ended">;
  readonly observer: Pick<Observer, "failing">;
  readonly clock: Clock;
}): () => Lost | null {
  const { control, observer, clock } = parts;
  let endedAt: number | undefined;
  return () => {
    const now = clock.monotonic();
    const { failing } = observer;
    const isSilent = failing !== null && failing.times >= FAILURES;
    if (!control.ended) return isSilent && now - failing.since >= RESTARTED_MS ? "response" : null;
    endedAt ??= now;
    if (isSilent) return "system";
    return now - endedAt >= STOPPING_MS && failing === null ? "simulator" : null;
  };
}

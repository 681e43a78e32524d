import type { Scenario } from "@anhu/firmware-sim/scenarios";
import { incidentsOf } from "./judge.ts";
import type { Seen } from "./judge.ts";
import type { SeenIncident } from "./observe.ts";
import { pause } from "./observe.ts";
import type { Stage } from "./play.ts";

/** A frame that was not heard is sent again after 10 s (GB/T 26875.3-2011, 6.5.4): an alarm may come as late as that. */
const LATE_MS = 12_000;
const MOST_MS = 20_000;
const LOOK_MS = 250;

interface Ended extends Pick<Seen, "since"> {
  readonly ok: boolean;
  /** What an error says to a person. */
  readonly why: (thrown: unknown) => string;
}

/**
 * After a scenario, whatever became of it: nothing that it raised is left alive or open, so that it can be played again. After one that
 * was not as expected, what came too late is awaited and ended too. Resolves with what could not be closed.
 */
export async function tidy(
  stage: Stage,
  scenario: Pick<Scenario, "cleanup" | "moments">,
  { since, ok, why }: Ended,
): Promise<readonly string[]> {
  const { observer, clock } = stage;
  const { moments, cleanup } = scenario;
  const expected = moments.flatMap((moment) => moment.expect);
  const devices = expected.flatMap((one) => ("device" in one ? [one.device] : []));
  const own = () =>
    devices.flatMap((device) => incidentsOf({ incidents: observer.incidents, since }, device));
  const began = clock.monotonic();
  const waitMs = ok ? 0 : LATE_MS;
  await observer.look([], clock.wall()).catch(() => undefined);
  while (clock.monotonic() - began < waitMs) await look(stage);
  if (own().some(isLive)) {
    for (const step of cleanup) await stage.control.ask("play", { step });
  }
  while (own().some(isLive) && clock.monotonic() - began < MOST_MS) await look(stage);
  return close(stage, own(), why);
}

async function close(
  { api }: Stage,
  incidents: readonly SeenIncident[],
  why: Ended["why"],
): Promise<readonly string[]> {
  const left: string[] = [];
  const open = incidents.filter(({ state }) => state !== "closed").map(({ id }) => id);
  for (const id of new Set(open)) {
    try {
      await api.post(`/api/v1/incidents/${encodeURIComponent(id)}/close`, { cause: "test" });
    } catch (thrown) {
      left.push(`${id}: ${why(thrown)}`);
    }
  }
  return left;
}

async function look({ observer, clock }: Stage): Promise<void> {
  await pause(clock, LOOK_MS);
  await observer.look([], clock.wall()).catch(() => undefined);
}

function isLive({ state }: SeenIncident): boolean {
  return state !== "resolved" && state !== "closed";
}

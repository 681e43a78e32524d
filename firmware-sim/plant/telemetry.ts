import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { World } from "../world/index.ts";
import type { Plant } from "./index.ts";
import { routinesOf } from "./routines.ts";
import type { Routine } from "./routines.ts";

export interface TelemetryOptions {
  readonly facility: Facility;
  readonly world: World;
  readonly plant: Plant;
  readonly clock: Clock;
  /** How many times more often than usual devices report. */
  readonly rate: number;
  /** How many times faster than real the residents live. */
  readonly speed: number;
}

/** Starts the routine of every device; returns what stops it. */
export function startTelemetry(options: TelemetryOptions): () => void {
  const stops = routinesOf(options.facility, options.world).map((routine, turn) =>
    follow(routine, turn, options),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

function follow(routine: Routine, turn: number, options: TelemetryOptions): () => void {
  const { plant, clock, rate, speed } = options;
  const began = clock.wall();
  const everyMs = routine.everyMs / rate;
  const stepMs = Math.max(1, (routine.checkMs ?? routine.everyMs) / rate);
  let told: { at: number; text: string } | undefined;
  // The first turns are spread over the period, so that not all speak at once.
  let cancel = clock.after(stepMs * ((turn * 0.618) % 1), step);

  function step(): void {
    cancel = clock.after(stepMs, step);
    if (plant.held(routine.wire)) return;
    const fields = routine.say(began + (clock.wall() - began) * speed);
    const text = JSON.stringify(fields);
    const due = told === undefined || clock.monotonic() - told.at >= everyMs - stepMs / 2;
    if (!due && text === told?.text) return;
    told = { at: clock.monotonic(), text };
    plant.report(routine.device, { kind: routine.kind, fields, routine: true });
  }

  return () => cancel();
}

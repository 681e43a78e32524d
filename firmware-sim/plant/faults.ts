import type { Clock } from "@anhu/core/time";
import type { LineFault } from "../wire/index.ts";
import { chance } from "../world/chance.ts";
import type { Plant } from "./index.ts";

export interface FaultsOptions {
  readonly plant: Plant;
  readonly lines: readonly string[];
  readonly clock: Clock;
  readonly seed: number;
  /** Frames struck in a minute, over all lines. */
  readonly perMinute: number;
}

/** Strikes frames on the lines at random; returns what stops it. */
export function startFaults({ plant, lines, clock, seed, perMinute }: FaultsOptions): () => void {
  let turn = 0;
  let cancel = next();

  function next(): () => void {
    return clock.after(60_000 / perMinute, () => {
      turn++;
      const pick = <T>(what: string, list: readonly T[]) =>
        list[Math.floor(chance(seed, `fault/${what}/${turn}`) * list.length)];
      const line = pick("line", lines);
      const fault = pick("fault", FAULTS);
      // A line that has enough faults waiting gets no more: nothing to do about it.
      if (line !== undefined && fault !== undefined) plant.strike(line, fault);
      cancel = next();
    });
  }

  return () => cancel();
}

const FAULTS: readonly LineFault[] = [
  { fault: "garbage", count: 40 },
  { fault: "garbage", count: 3000 },
  { fault: "truncated", keep: 20 },
  { fault: "truncated", keep: 3 },
  { fault: "flipped", fromEnd: 2 },
  { fault: "flipped", fromEnd: 8 },
  { fault: "lost" },
];

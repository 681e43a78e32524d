import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { Wire } from "../wire/index.ts";
import type { RadarView } from "./model.ts";

export interface RadarOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Facility id, for the journal: the line's own id. */
  readonly device: string;
  /** Time between reports; the real one sends about ten a second. Default 1000 ms. */
  readonly intervalMs?: number;
}

export interface Radar {
  /** What it sees from now on. */
  see(view: Partial<RadarView>): void;
  stop(): void;
}

/** Starts an HLK-LD2410 on a wire. */
export function startRadar(options: RadarOptions): Radar {
  throw new Error(`not there yet: ${options.device}`);
}

/** What the pipeline is made of, and what goes into it. */
import type { Alert } from "@anhu/core/wire";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { EdgeClock } from "../clock/edge-clock.ts";
import type { Detector, Found } from "../detect/detector.ts";
import type { DecodeResult } from "../drivers/index.ts";
import type { Outbox } from "../outbox/index.ts";
import type { Dedup } from "./dedup.ts";
import type { Names } from "./names.ts";

export interface PipelineParts {
  readonly clock: Clock;
  readonly edgeClock: EdgeClock;
  readonly detector: Detector;
  readonly names: Names;
  readonly dedup: Dedup;
  readonly outbox: Pick<Outbox, "commit" | "trust">;
  readonly log: Logger;
  /** Sounds or ends the siren for these; returns the slots that remember it. */
  readonly siren: (alerts: readonly Alert[]) => Found["slots"];
  /** These were raised: somebody must hear of them. */
  readonly raised: (alerts: readonly Alert[]) => void;
  /** Something new is in the outbox. */
  readonly committed: (hasAlerts: boolean) => void;
  /** Slots that are not the detector's or the names'. */
  readonly otherSlots: () => readonly (readonly [key: string, value: string])[];
  readonly count: PipelineCount;
}

export interface PipelineCount {
  /** Something was not stored: `reason` is a code of docs/errors.md. */
  dropped(wire: string, reason: string, by?: number): void;
  points(by: number): void;
  alerts(by: number): void;
  repeated(wire: string): void;
}

/** One message of a line or source, as its driver understood it. */
export interface Message {
  /** Id of the line or source. */
  readonly wire: string;
  readonly result: DecodeResult;
  /** As it came, for the dead letters. */
  readonly raw: Uint8Array;
  /** true: its sender waits for the answer. */
  readonly answered: boolean;
}

/** What became of the alerts that a person reset, by id. */
export interface ResetOutcome {
  readonly cleared: readonly string[];
  /** A sensor still shows these. */
  readonly stillActive: readonly string[];
}

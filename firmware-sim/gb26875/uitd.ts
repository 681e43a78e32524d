import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { Wire } from "../wire/index.ts";
import type { ExchangeCounts } from "./exchanges.ts";
import type {
  ComponentKey,
  ComponentSpec,
  ComponentState,
  PanelState,
  UitdState,
} from "./model.ts";

export interface UitdOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly components: readonly ComponentSpec[];
  /** Facility id of the line itself: what the panel (`1/1`) and the transmission device (`uitd`) say is journaled under it. */
  readonly lineDevice?: string;
  /** 48-bit addresses; default 0x379 and 0x5b38. */
  readonly source?: number;
  readonly destination?: number;
  /** GB/T 26875.3-2011, 6.5.4; default 10 s. */
  readonly confirmTimeoutMs?: number;
  /** 6.5.5; default 3. */
  readonly retries?: number;
  /** Keeps what a failed exchange carried and tries again later; default true. The rounds are never kept. */
  readonly spool?: boolean;
  /** Messages kept at most, default 10 000: then the oldest of the least urgent is dropped and counted. */
  readonly spoolLimit?: number;
  /** Pause after a failed exchange before another; default 30 s. Any confirm ends it. */
  readonly spoolPauseMs?: number;
  /** Empty packets to say that it lives; default 30 s. */
  readonly heartbeatMs?: number;
  /** Time in which the state of each component is told once; default 10 min. */
  readonly stateRoundMs?: number;
  /** Time in which each analog value is told once; default 1 min. */
  readonly analogRoundMs?: number;
  /** Components in one packet of a round, default 4: a long packet would hold up a fire. */
  readonly perPacket?: number;
  /** How soon somebody presses the button after a duty check; null: nobody does. Default 2 s. */
  readonly dutyAnswerMs?: number | null;
  /** Local time of the labels; default UTC+08:00. */
  readonly utcOffsetMinutes?: number;
}

/** Buttons of figure 13. */
export type Operation =
  | "reset"
  | "silence"
  | "manual_alarm"
  | "alarm_cleared"
  | "self_test"
  | "confirm"
  | "test";

export interface UitdStats extends ExchangeCounts {
  /** Messages that wait for their confirm. */
  readonly waiting: number;
  /** Packets of a round left out because the one before was not confirmed yet. */
  readonly roundsSkipped: number;
  /** Frames from the centre that were denied, for another address, or no frames (bytes). */
  readonly refused: number;
  readonly misaddressed: number;
  readonly skippedBytes: number;
  /** Duty checks that nobody answered in time. */
  readonly dutyUnanswered: number;
}

/** A fire panel with its transmission device on one line. */
export interface Uitd {
  /** Changes what a component is in; a change is told at once, a fire before everything else. A fire stays until `resetPanel`, even when taken back here. Throws RangeError for an unknown key. */
  setComponent(key: ComponentKey, patch: Partial<ComponentState>): void;
  /** Changes an analog value (engineering units); told with the next round. */
  setAnalog(key: ComponentKey, value: number): void;
  setPanel(patch: Partial<PanelState>): void;
  setUitd(patch: Partial<UitdState>): void;
  /** Somebody resets the panel: fires that are out go back to normal, those that still burn are told again. */
  resetPanel(): void;
  /** Somebody presses another button of the panel. */
  operate(operation: Exclude<Operation, "reset">, operator?: number): void;
  stats(): UitdStats;
  stop(): void;
}

/** Starts a transmission device with its panel on a wire. */
export function startUitd(options: UitdOptions): Uitd {
  throw new Error(`not there yet: ${options.wire.name}`);
}

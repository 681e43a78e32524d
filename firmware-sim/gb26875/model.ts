import type { Clock } from "@anhu/core/time";
import type { Journal } from "../journal/index.ts";
import type { Wire } from "../wire/index.ts";
import type { ExchangeCounts } from "./exchanges.ts";

/** What a fire panel knows of one of its parts (GB/T 26875.3-2011, 8.2.2, figure 7). All false: normal operation. */
export interface ComponentState {
  readonly test: boolean;
  readonly fire: boolean;
  readonly fault: boolean;
  readonly shielded: boolean;
  readonly supervisory: boolean;
  readonly started: boolean;
  readonly feedback: boolean;
  readonly delayed: boolean;
  readonly powerFault: boolean;
}

/** The panel's own part of the system state (figure 6); the rest follows from its components. */
export interface PanelState {
  readonly mainsFault: boolean;
  readonly backupFault: boolean;
  readonly busFault: boolean;
  readonly manual: boolean;
  readonly test: boolean;
}

export interface AnalogSpec {
  /** Table 6: 3 temperature 0.1 °C, 5 pressure 0.1 kPa, ... */
  readonly type: number;
  /** In engineering units (°C, kPa). */
  readonly value: number;
}

export interface ComponentSpec {
  /** Table 4: 1 fire alarm system, 11 hydrant, ... Default 1. */
  readonly system?: number;
  /** Default 1. */
  readonly systemAddress?: number;
  /** Table 5: 23 call point, 31 heat, 42 smoke, 92 water tank, ... */
  readonly type: number;
  /** 0 ... 0xffffffff */
  readonly address: number;
  /** At most 31 bytes in GB 18030; what is longer is cut between characters. */
  readonly text: string;
  /** Facility id, for the journal. */
  readonly device?: string;
  readonly analog?: AnalogSpec;
}

/** `${system}/${systemAddress}/0x${address, eight hex digits}` */
export type ComponentKey = string;

export interface UitdOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly components: readonly ComponentSpec[];
  /** Facility id of the line itself: what the panel (`1/1`) and the transmission device (`uitd`) say is journaled under it. */
  readonly lineDevice?: string;
  /** GB/T 26875.3-2011, 6.5.4; default 10 s. */
  readonly confirmTimeoutMs?: number;
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
  /** How soon somebody presses the button after a duty check; null: nobody does. Default 2 s. */
  readonly dutyAnswerMs?: number | null;
}

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
  /** Somebody resets the panel: fires that are out go back to normal, those that still burn are told again. */
  resetPanel(): void;
  stats(): UitdStats;
  stop(): void;
}

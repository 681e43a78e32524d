import type { Refusal } from "@anhu/core/result";
import type { SimulatorEvent } from "@anhu/firmware-sim/control";
import type { Expectation } from "@anhu/firmware-sim/scenarios";
import { isChinese } from "../terminal.ts";
import type { Lost } from "./lost.ts";
import { EN } from "./words-en.ts";
import { ZH } from "./words-zh.ts";

/** What became of all expectations. */
export interface Counts {
  readonly met: number;
  readonly failed: number;
  /** Left out: nobody waited for them. */
  readonly skipped: number;
}

/** What a scenario says to a person, in one language. */
export interface Words {
  /** Which of a `Name` is shown. */
  readonly language: "zh" | "en";
  /** `name` undefined: none was named. */
  readonly unknown: (name: string | undefined) => string;
  readonly misuse: (refusal: Refusal) => string;
  /** No simulated facility on this data directory. */
  readonly notRunning: (dataDir: string) => string;
  /** A step that could not be played. */
  readonly refused: (detail: string, reason: string) => string;
  readonly ok: string;
  readonly failed: string;
  readonly skipped: string;
  readonly after: (time: string) => string;
  readonly notSeen: string;
  /** What must not happen did not. */
  readonly held: string;
  /** Nobody waited for it any more. */
  readonly notWaitedFor: string;
  readonly within: (what: string, time: string) => string;
  readonly until: (what: string, time: string) => string;
  readonly between: (what: string, from: string, to: string) => string;
  readonly time: (ms: number) => string;
  readonly expected: (expectation: Expectation) => string;
  /** One line of what is seen while a scenario takes its time; undefined: not worth one. */
  readonly seen: (event: SimulatorEvent) => string | undefined;
  readonly state: (state: string) => string;
  readonly allMet: (all: number) => string;
  readonly notMet: (counts: Counts) => string;
  /** What of the system is gone; `address` is where it was asked. */
  readonly lost: (what: Lost, address: string) => string;
  /** Moments that were not played. */
  readonly leftOut: (moments: number) => string;
}

/** Chinese for a Chinese locale, else English. */
export function wordsFor(env: Readonly<Record<string, string | undefined>>): Words {
  return isChinese(env) ? ZH : EN;
}

import type { Facility, Mistake } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { ChannelsConfig } from "@anhu/response/channels/config";
import type { Ports } from "../start/index.ts";

export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** One thing that is not as it should be, and what to do. `note`: no mistake, but somebody should know. */
export interface Finding {
  readonly level: "wrong" | "note";
  readonly what: Text;
  readonly todo: Text;
}

/** One entry of the list: looks at one thing, changes nothing, ends by itself. */
export interface Check {
  /** `[a-z-]`, unique; what an operator quotes. */
  readonly id: string;
  readonly title: Text;
  /** No finding: it is as it should be. */
  look(scene: Scene): Promise<readonly Finding[]> | readonly Finding[];
}

/** What checks look at: read once. */
export interface Scene {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly nodeVersion: string;
  /** undefined: nothing was started here yet. */
  readonly installation:
    | { readonly mode: "demo" | "real"; readonly lan: string | null }
    | undefined;
  /** Services that hold their place in the data directory now. */
  readonly running: readonly string[];
  readonly facilities: readonly FacilityFile[];
  readonly channels: ChannelsConfig;
}

export interface FacilityFile {
  /** In the data directory. */
  readonly path: string;
  /** undefined: it has mistakes. */
  readonly facility: Facility | undefined;
  readonly mistakes: readonly Mistake[];
}

export function wrong(what: Text, todo: Text): Finding {
  return { level: "wrong", what, todo };
}

export function note(what: Text, todo: Text): Finding {
  return { level: "note", what, todo };
}

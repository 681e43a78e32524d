import type { Name, StaffRole } from "../facility/index.ts";
import type { SignalClass } from "../points/index.ts";
import type { Severity } from "../states/index.ts";

/** What a policy is for: everything that is given must hold. */
export interface Match {
  /** The policy names that rules carry (core/rules). */
  readonly policies?: readonly string[];
  readonly kinds?: readonly string[];
  readonly classes?: readonly SignalClass[];
  readonly severities?: readonly Severity[];
  /** Time of the day in the facility's time zone, "HH:MM", `to` excluded; over midnight when `to` is before `from`. */
  readonly hours?: { readonly from: string; readonly to: string };
  /** Kinds or ids of places: the incident's, or one that it stands in. */
  readonly units?: readonly string[];
}

/** A choice among the staff of the facility. */
export interface Who {
  /** `on_duty`: people of the shift; `duty_room`: who sits there in this shift; `always`: whoever has the role, on duty or not. */
  readonly from: "on_duty" | "duty_room" | "always";
  /** Only these; absent: all. */
  readonly roles?: readonly StaffRole[];
  /** `floor`: only of the floors where the incident is (all, where it has none); absent: the whole facility. */
  readonly scope?: "room" | "floor" | "facility";
  /** Only so many of them, the nearest first: room, floor, facility. */
  readonly nearest?: number;
}

export interface Tier {
  /** Unique in its policy. */
  readonly id: string;
  /** Seconds after the incident was recorded. */
  readonly after_s: number;
  readonly who: readonly Who[];
  /** `parallel`: all at once; else one after the other, the nearest first. */
  readonly order: "parallel" | { readonly every_s: number };
  /** Not called while this is so. */
  readonly unless?: "prompt_answered";
}

/** Who is called for an incident, when, and what follows: pure data, so that an inspector can read it. */
export interface Policy {
  /** `[a-z0-9-]`, unique in its set. */
  readonly id: string;
  /** The requirement ids that it serves (core/requirements). */
  readonly requirements: readonly string[];
  readonly match: Match;
  readonly title: Name;
  /** In the order of `after_s`. */
  readonly tiers: readonly Tier[];
  /** The duty room is asked at once whether somebody is there, and has so many seconds; null: not asked. */
  readonly prompt_s: number | null;
  /** How long "I'm coming" holds back who is next. */
  readonly arrive_s: number;
  /** Somebody is there and it is not over after so many seconds: `overdue` are told, and again as often. */
  readonly resolve_s: number;
  readonly overdue: readonly Who[];
  /** Nobody is coming so many seconds after the incident was recorded: said aloud, everybody is called again. */
  readonly unanswered_s: number;
  /** As often as this, until somebody answers. */
  readonly repeat_s: number;
  /** true: the siren sounds again with each of these. */
  readonly siren: boolean;
  /** How long a silence lasts; the gateway takes 10 to 300. */
  readonly silence_s: number;
  /** Nobody is called before this time of the day, "HH:MM"; absent: at once. */
  readonly waits_until?: string;
  /** Standard and clause, or `assumption: ...`. */
  readonly source: string;
}

/** What a facility file names as its `policies`. */
export interface PolicySet {
  readonly id: string;
  /** The first that matches is taken; the last ones match whatever is left. */
  readonly policies: readonly Policy[];
}

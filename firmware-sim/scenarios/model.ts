import type { Facility, Name, StaffRole } from "@anhu/core/facility";
import type { FieldValue, Kind, SignalClass } from "@anhu/core/points";
import type { Result } from "@anhu/core/result";

/** What the simulated facility is made to do: pure data, also the `step` of the control socket. */
export type Step =
  /** A device of the facility file says something on its own wire, now. */
  | {
      readonly do: "report";
      readonly device: string;
      readonly kind: Kind;
      readonly fields: Readonly<Record<string, FieldValue>>;
    }
  /** Somebody resets the fire panel at the end of a line: fires that are out go back to normal. */
  | { readonly do: "reset"; readonly line: string }
  /**
   * These bytes on a line, in place of the device at its end (which needs `hold`). `times: "now"` puts the present time and a new
   * serial number into a GB/T 26875.3 frame and closes it with the right checksum; else they go out as they are.
   */
  | { readonly do: "frame"; readonly line: string; readonly hex: string; readonly times: Times }
  /** A payload over a device's MQTT connection (`zigbee2mqtt` or a native address). `times: "now"` replaces its `last_seen`. */
  | {
      readonly do: "publish";
      readonly identity: string;
      readonly topic: string;
      readonly payload: string;
      readonly times: Times;
    };

export type Times = "recorded" | "now";

/** What a person does through the system itself: no step of the simulator. */
export type Deed =
  /** Somebody says what it was: every incident with an alert of the device, raised since the scenario began. */
  { readonly do: "close"; readonly device: string; readonly cause: string };

/** Somebody with a simulated phone answers. Times: from the moment's beginning. */
export interface Answering {
  readonly role: StaffRole;
  /** Only calls to this room. */
  readonly room: string;
  readonly answer_ms: number;
  /** From the answer on; null: never arrives. */
  readonly arrive_after_ms: number | null;
}

/** People who are reached by a simulated phone. */
export interface Called {
  readonly name: Name;
  /** Staff ids. */
  readonly people: readonly string[];
  /** All of them, or at least one. */
  readonly all: boolean;
}

/**
 * What must then be seen, each within its time, measured from the first byte of the moment's step on the wire. Calls are what the phones
 * themselves logged, of incidents with an alert of the device.
 */
export type Expectation = { readonly within_ms: number } & (
  | { readonly expect: "siren"; readonly on: boolean }
  /** The far end confirmed what the step sent by the protocol's own means: command 3, PUBACK. */
  | { readonly expect: "confirmed" }
  /** The far end denied it: command 6. */
  | { readonly expect: "denied" }
  /** Somebody took every byte off the line (a protocol that confirms nothing). */
  | { readonly expect: "heard" }
  /** An incident of this kind with an alert of this device, raised since the scenario began. */
  | {
      readonly expect: "incident";
      readonly device: string;
      readonly kind: string;
      readonly class: SignalClass;
      /** The alert's; absent: any. */
      readonly room?: string;
    }
  /** A reading of the device and kind is stored, of the time of the step or later. */
  | { readonly expect: "stored"; readonly device: string; readonly kind: Kind }
  /** A ledger entry of this type about an alert of the device, or about its incident, since the scenario began. */
  | {
      readonly expect: "ledger";
      readonly device: string;
      readonly type: string;
      /** The nth of them; absent: the first. */
      readonly times?: number;
    }
  /** Every incident with an alert of the device, raised since the scenario began, is resolved by the scene; there is one. */
  | { readonly expect: "resolved"; readonly device: string }
  /** These people's phones showed a call: not before `from_ms`; `after_unanswered` n: and once more since that was said for the nth time. */
  | ({
      readonly expect: "called";
      readonly device: string;
      readonly from_ms: number;
      readonly after_unanswered?: number;
    } & Called)
  /** Until then nothing about it came to these people's phones: it fails as soon as something does. */
  | ({ readonly expect: "not_called"; readonly device: string } & Called)
  /** An incident is, or was, in this state; not before `from_ms`. */
  | {
      readonly expect: "state";
      readonly device: string;
      readonly state: string;
      readonly from_ms: number;
    }
  /** Until then no incident is in this state. */
  | { readonly expect: "not_state"; readonly device: string; readonly state: string }
);

/** One thing that happens, and what it must lead to. */
export interface Moment {
  readonly name: Name;
  /** null: nothing on a wire. */
  readonly step: Step | Deed | null;
  readonly answers?: readonly Answering[];
  readonly expect: readonly Expectation[];
  /** It takes minutes: who watches is told what is seen. */
  readonly long?: true;
}

export interface Scenario {
  /** `[a-z0-9-]+` */
  readonly name: string;
  readonly title: Name;
  /** Lines whose own devices keep quiet while it plays. */
  readonly hold: readonly string[];
  readonly moments: readonly Moment[];
  /** Played at the end, however it ends: the facility is as before. */
  readonly cleanup: readonly Step[];
}

/** Who answers, as the command says it. */
export interface Given {
  readonly answers: readonly { readonly role: StaffRole; readonly after_s: number }[];
  /** From the answer on; null: never arrives. */
  readonly arrive_s: number | null;
}

/** A scenario that can be asked for by its name. */
export interface Entry {
  readonly name: string;
  readonly title: Name;
  /** For this facility at this time (UTC ms). Fails with `bad_given`, or `nobody_to_call`. */
  readonly make: (given: Given, facility: Facility, at: number) => Result<Scenario>;
}

import type { Name } from "@anhu/core/facility";
import type { FieldValue, Kind, SignalClass } from "@anhu/core/points";

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

/** What must then be seen, each within its time. */
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
  | { readonly expect: "ledger"; readonly device: string; readonly type: string }
  /** Every incident with an alert of the device, raised since the scenario began, is resolved by the scene; there is one. */
  | { readonly expect: "resolved"; readonly device: string }
);

/** One thing that happens, and what it must lead to. */
export interface Moment {
  readonly name: Name;
  readonly step: Step;
  readonly expect: readonly Expectation[];
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

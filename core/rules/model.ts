import type { FieldValue, Kind, SignalClass } from "../points/index.ts";
import type { Severity } from "../wire/index.ts";
import type { Name } from "../facility/index.ts";

/** When a rule is in alarm: pure data, so that an inspector can read it. */
export type Condition =
  /** A field has one of these values; clears when the field arrives with another. */
  | {
      readonly type: "state";
      readonly kind: Kind;
      readonly field: string;
      readonly is: readonly FieldValue[];
    }
  /** A device has not been heard for its own `supervise_s`; clears when it is heard. */
  | { readonly type: "silent" };

export interface Rule {
  /** `[a-z0-9-]`, permanent: it stands in alert ids. */
  readonly id: string;
  /** The requirement ids that it serves (core/requirements). */
  readonly requirements: readonly string[];
  readonly class: SignalClass;
  readonly severity: Severity;
  /** Name of the response policy. */
  readonly policy: string;
  readonly when: Condition;
  /** Alerts of one group near in place and time are one event (core/grouping). */
  readonly group: {
    readonly kind: string;
    readonly scope: "facility" | "room" | "resident" | "device";
  };
  readonly title: Name;
  /** true: the siren of the facility sounds. */
  readonly siren: boolean;
  /** Standard and clause, or `assumption: ...`. */
  readonly source: string;
}

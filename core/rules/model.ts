import type { Name } from "../facility/index.ts";
import type { FieldValue, Kind, SignalClass } from "../points/index.ts";
import type { Severity } from "../states/index.ts";

/** A field that puts a rule in alarm while it has one of these values. */
export interface Sign {
  readonly kind: Kind;
  readonly field: string;
  readonly is: readonly FieldValue[];
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  /** Only on devices that the facility file declares so. */
  readonly only?: readonly Kind[];
  /** On all devices but these. */
  readonly except?: readonly Kind[];
}

/** When a rule is in alarm: pure data, so that an inspector can read it. */
export type Condition =
  /**
   * Any kind of point shows a sign. Of one kind, the first of the listed fields that a point carries decides;
   * a point that carries none of them says nothing. Over when every kind (and part of a panel) that showed one shows none.
   */
  | { readonly type: "state"; readonly signs: readonly Sign[] }
  /** A device has not been heard for its supervision interval (supervision.ts); over when it is heard. */
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
  /** Which alerts are one event (core/grouping). */
  readonly group: Group;
  readonly title: Name;
  /** true: the siren of the facility sounds. */
  readonly siren: boolean;
  /** true: it holds until a person resets it at the scene, also when nothing shows it any more; absent: it ends with its signs. */
  readonly latch?: true;
  /** While in alarm, people are told of new evidence at most this often; absent: only of a higher severity. */
  readonly repeat_s?: number;
  /** A sign that comes this long after the last one is a new cause (a button says nothing when it is let go); absent: never. */
  readonly renew_s?: number;
  /** Standard and clause, or `assumption: ...`. */
  readonly source: string;
}

export interface Group {
  readonly kind: string;
  /** `person`: the resident, else the room, else the device. `line`: the line or source. */
  readonly scope: "facility" | "person" | "device" | "line";
  /** An alert later than this after the event's last one is a new event, even while others still hold. */
  readonly window_s: number;
}

import type { Point, SignalClass } from "../points/index.ts";
import type { Severity } from "../states/index.ts";

export type AlertPhase = "raised" | "updated" | "cleared";
/** Why an alarm was cleared that neither its sensor nor a person ended. */
export type ClearReason = "device_removed" | "device_changed" | "rule_gone" | "not_held";
export type ClockSource = "ntp" | "rtc" | "none";

/** Where an alert's times come from; `offset_ms` = the edge's time minus the machine's wall clock. */
export interface ClockQuality {
  readonly source: ClockSource;
  readonly offset_ms: number;
}

/** What a rule found, as its gateway tells it (CONTRACTS.md, alerts). Times: UTC ms of the edge. */
export interface Alert {
  /** `facility/device/rule/onset`: the same cause after a restart is the same alert. */
  readonly id: string;
  /** The event that groups it; response adopts it as the incident's id. */
  readonly event: string;
  readonly rule: string;
  readonly phase: AlertPhase;
  readonly class: SignalClass;
  readonly severity: Severity;
  readonly subject: { readonly device: string; readonly room: string; readonly resident?: string };
  /** When this phase was reached. */
  readonly at: number;
  /** When the cause began. */
  readonly onset: number;
  readonly drill: boolean;
  readonly evidence: readonly Point[];
  /** Of a `cleared`: why, when neither the sensor nor a person ended it. A later gateway may know more reasons. */
  readonly reason?: string;
}

/** An alert as it travels: the outbox adds the envelope. */
export interface AlertMessage extends Alert {
  readonly v: 1;
  readonly boot: string;
  readonly seq: number;
  readonly clock: ClockQuality;
}

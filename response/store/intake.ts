import type { AlertMessage, GatewayAddress } from "@anhu/core/wire";

/** Which message is answered: the envelope's own numbers. */
export interface Envelope {
  readonly boot: string;
  readonly seq: number;
}

export interface AlertIntake {
  readonly type: "alert";
  readonly address: GatewayAddress;
  readonly message: AlertMessage;
  /** `gateway:<id>`, or `response` for what response finds itself. */
  readonly actor: string;
  /** null: nobody waits for an answer. */
  readonly ack: Envelope | null;
}

/** A message that was refused for good. */
export interface RefusedIntake {
  readonly type: "refused";
  readonly address: GatewayAddress;
  readonly code: string;
  readonly detail: string;
  /** SHA-256 of the payload, hex: the same letter twice is kept once. */
  readonly digest: string;
  readonly payload: string;
  readonly ack: Envelope | null;
}

export type Intake = AlertIntake | RefusedIntake;

/** What became of an intake: each is a value of the metric's label `outcome`. */
export type Outcome = "recorded" | "duplicate" | "refused" | "refused_again";

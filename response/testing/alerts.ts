/** Alerts as gateways of a small facility would send them. */
import type { AlertMessage, AlertPhase, GatewayAddress } from "@anhu/core/wire";
import type { AlertIntake } from "../store/intake.ts";

export const T0 = 1_763_733_600_000;

export interface Told {
  readonly gateway?: string;
  readonly facility?: string;
  readonly device?: string;
  readonly rule?: string;
  readonly phase?: AlertPhase;
  readonly onset?: number;
  readonly at?: number;
  readonly event?: string;
  readonly severity?: AlertMessage["severity"];
  readonly drill?: boolean;
  readonly room?: string;
  readonly reason?: string;
  readonly boot?: string;
  readonly seq?: number;
}

let sent = 0;

/** A smoke alarm of `f1/gw1` unless told otherwise; every call is another message, with its own seq. */
export function alertMessage(told: Told = {}): AlertMessage {
  const { facility = "f1", device = "smoke-302", rule = "smoke-alarm", onset = T0 } = told;
  sent += 1;
  return {
    v: 1,
    boot: told.boot ?? "b1",
    seq: told.seq ?? sent,
    id: `${facility}/${device}/${rule}/${onset}`,
    event: told.event ?? `${facility}.fire.all.${onset}`,
    rule,
    phase: told.phase ?? "raised",
    class: rule === "sos" ? "care" : "alarm",
    severity: told.severity ?? "critical",
    subject: { device, room: told.room ?? "r302" },
    at: told.at ?? onset,
    onset,
    drill: told.drill ?? false,
    evidence: [],
    clock: { source: "ntp", offset_ms: 0 },
    ...(told.reason === undefined ? {} : { reason: told.reason }),
  };
}

export function addressOf(told: Told = {}): GatewayAddress {
  return { facility: told.facility ?? "f1", gateway: told.gateway ?? "gw1" };
}

export function alertIntake(told: Told = {}): AlertIntake {
  const message = alertMessage(told);
  const address = addressOf(told);
  const { boot, seq } = message;
  return {
    type: "alert",
    address,
    message,
    actor: `gateway:${address.gateway}`,
    ack: { boot, seq },
  };
}

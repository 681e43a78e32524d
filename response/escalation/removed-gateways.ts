/** A gateway that the facility file has no more, and that does not answer: nobody but the person who resets its alerts can end them. Pure. */
import type { Facility } from "@anhu/core/facility";
import type { AlertMessage } from "@anhu/core/wire";
import { isRemoved } from "../gateways/removed.ts";
import { GATEWAY_SILENT, isOwnRule } from "../incidents/rules.ts";
import type { ActiveAlert } from "../store/deeds.ts";
import type { AlertIntake } from "../store/intake.ts";

/** Whether the alert came from, or is about, a gateway that is not in its facility's file. Without a file nobody knows. */
export function isOfRemoved(
  facility: Facility | undefined,
  { gateway, rule }: Pick<ActiveAlert, "gateway" | "rule">,
): boolean {
  return (!isOwnRule(rule) || rule === GATEWAY_SILENT) && isRemoved(facility, gateway);
}

/** The end of such an alert, in the name of who resets it. Lowest class and severity, and a drill: what was told when it was raised counts. */
export function endedBy(alert: ActiveAlert, by: string, now: number): AlertIntake {
  const { facility, gateway, alert: id, event, rule, device, room, onset } = alert;
  const message: AlertMessage = {
    v: 1,
    boot: "response",
    seq: 0,
    id,
    event,
    rule,
    phase: "cleared",
    class: "trouble",
    severity: "low",
    subject: { device, room },
    at: now,
    onset,
    drill: true,
    evidence: [],
    reason: "gateway_removed",
    clock: { source: "rtc", offset_ms: 0 },
  };
  return { type: "alert", address: { facility, gateway }, message, actor: by, ack: null };
}

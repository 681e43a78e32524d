/** The alert that response raises itself when the duty room does not answer, and clears when somebody does. Pure. */
import type { Facility } from "@anhu/core/facility";
import type { AlertMessage } from "@anhu/core/wire";
import { DUTY_ROOM_UNATTENDED } from "../incidents/rules.ts";
import type { ActiveAlert } from "../store/deeds.ts";
import type { DutyCheck } from "../store/duty-checks.ts";
import type { AlertIntake } from "../store/intake.ts";

/** Stands where other alerts have their gateway, and their device. */
const OWN = "response";
const DEVICE = "duty-room";

export interface Unattended {
  /** Alerts of earlier checks that hold, and the latest onset there has been. */
  readonly active: readonly ActiveAlert[];
  readonly lastOnset: number | null;
}

/** Of one incident with those that hold already. A clock that stepped back gives no alert an old name. */
export function raisedFor(
  check: DutyCheck,
  known: {
    readonly standing: Unattended;
    readonly facility: Facility | undefined;
    readonly now: number;
  },
): AlertIntake {
  const { active, lastOnset } = known.standing;
  const onset = Math.max(check.asked_at ?? known.now, (lastOnset ?? -1) + 1);
  const { facility } = check;
  const room = known.facility?.places.find(({ kind }) => kind === "duty-room")?.id ?? "none";
  const event = active[0]?.event ?? `${facility}.${DUTY_ROOM_UNATTENDED}.${DEVICE}.${onset}`;
  const alert = `${facility}/${DEVICE}/${DUTY_ROOM_UNATTENDED}/${onset}`;
  return intake({ facility, alert, event, room, onset }, { phase: "raised", now: known.now });
}

export function clearedOf(alert: ActiveAlert, now: number): AlertIntake {
  return intake(alert, { phase: "cleared", now });
}

function intake(
  alert: Pick<ActiveAlert, "facility" | "alert" | "event" | "room" | "onset">,
  { phase, now }: { readonly phase: "raised" | "cleared"; readonly now: number },
): AlertIntake {
  const { facility, alert: id, event, room, onset } = alert;
  const message: AlertMessage = {
    v: 1,
    boot: OWN,
    seq: 0,
    id,
    event,
    rule: DUTY_ROOM_UNATTENDED,
    phase,
    class: "trouble",
    severity: "high",
    subject: { device: DEVICE, room },
    at: now,
    onset,
    drill: false,
    evidence: [],
    clock: { source: "rtc", offset_ms: 0 },
  };
  return { type: "alert", address: { facility, gateway: OWN }, message, actor: OWN, ack: null };
}

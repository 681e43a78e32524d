import { RULES } from "@anhu/core/rules";
import type { RuleBook, RuleText } from "./model.ts";

/** What response finds itself: a gateway has not been heard; a channel does not reach somebody; the duty room did not answer. */
export const GATEWAY_SILENT = "gateway-silent";
export const CHANNEL_FAILED = "channel-failed";
export const DUTY_ROOM_UNATTENDED = "duty-room-unattended";

/** Whether response finds it itself, so that no gateway can reset it. */
export function isOwnRule(rule: string): boolean {
  return [GATEWAY_SILENT, CHANNEL_FAILED, DUTY_ROOM_UNATTENDED].includes(rule);
}

const known = new Map<string, RuleText>([
  ...RULES.map((rule) => [rule.id, rule] as const),
  [
    GATEWAY_SILENT,
    {
      group: { kind: GATEWAY_SILENT, scope: "device", window_s: 0 },
      title: { zh: "网关失联", en: "Gateway silent" },
      policy: "gateway-silent",
    },
  ],
  [
    CHANNEL_FAILED,
    {
      group: { kind: CHANNEL_FAILED, scope: "device", window_s: 0 },
      title: { zh: "通知渠道失败", en: "A channel fails" },
      policy: "trouble",
    },
  ],
  [
    DUTY_ROOM_UNATTENDED,
    {
      group: { kind: DUTY_ROOM_UNATTENDED, scope: "device", window_s: 0 },
      title: { zh: "值班室无人应答", en: "Duty room unattended" },
      policy: "duty-room",
    },
  ],
]);

/** The rules in force. A rule that is not known here (of a newer gateway) stands for itself, titled by its id. */
export const ruleBook: RuleBook = (rule) =>
  known.get(rule) ?? {
    group: { kind: rule, scope: "device", window_s: 0 },
    title: { zh: rule, en: rule },
    policy: "",
  };

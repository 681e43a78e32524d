import { RULES } from "@anhu/core/rules";
import type { RuleBook, RuleText } from "./model.ts";

/** The one thing that response finds itself: a gateway has not been heard. */
export const GATEWAY_SILENT = "gateway-silent";

const known = new Map<string, RuleText>([
  ...RULES.map((rule) => [rule.id, rule] as const),
  [
    GATEWAY_SILENT,
    {
      group: { kind: GATEWAY_SILENT, scope: "device", window_s: 0 },
      title: { zh: "网关失联", en: "Gateway silent" },
    },
  ],
]);

/** The rules in force. A rule that is not known here (of a newer gateway) stands for itself, titled by its id. */
export const ruleBook: RuleBook = (rule) =>
  known.get(rule) ?? {
    group: { kind: rule, scope: "device", window_s: 0 },
    title: { zh: rule, en: rule },
  };

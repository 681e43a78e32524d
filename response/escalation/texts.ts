/** What people read, in both languages. Pseudonyms only: names are for who has signed in. */
import type { Name } from "@anhu/core/facility";
import { SEVERITIES } from "@anhu/core/states";
import type { Incident, RuleBook } from "../incidents/model.ts";
import type { Message, NewCall } from "./model.ts";
import { placeName } from "./scene.ts";
import type { Scene } from "./scene.ts";

export interface Words {
  readonly title: Name;
  readonly text: Name;
}

/** What has happened and where. */
export function titleOf({ lead }: Incident, rules: RuleBook, scene: Scene): Name {
  const { title } = rules(lead.rule);
  const place = placeName(scene);
  if (place === null) return title;
  return { zh: `${title.zh} ${place.zh}`, en: `${title.en}: ${place.en}` };
}

/** What the person is asked to do. */
export function textOf(
  told: NewCall["told"] | Message["told"],
  { incident, alerts }: { readonly incident: Incident; readonly alerts: number },
): Name {
  const urgent = SEVERITIES.indexOf(incident.lead.severity) <= SEVERITIES.indexOf("high");
  switch (told) {
    case "call":
      return urgent
        ? { zh: "请立即前往。", en: "Please go there now." }
        : { zh: "请前往查看。", en: "Please go and see." };
    case "prompt":
      return {
        zh: "值班室请应答：是否有人在岗？",
        en: "Duty room: is anybody there? Please answer.",
      };
    case "unanswered":
      return {
        zh: "无人应答！请立即前往。",
        en: "Nobody has answered! Please go there now.",
      };
    case "update":
      return {
        zh: `情况有变：现有 ${alerts} 个报警。`,
        en: `There is more: ${alerts} alarms so far.`,
      };
    case "overdue":
      return {
        zh: "已有人到场，但尚未解除，请了解情况。",
        en: "Somebody is there and it is not over yet. Please find out why.",
      };
    case "stand_down":
      return { zh: "已解除，无需前往。", en: "It is over. You need not come." };
  }
}

export const DUTY_CHECK: Words = {
  title: { zh: "值班室查岗", en: "Duty check" },
  text: {
    zh: "请在10分钟内应答，确认有人在岗。",
    en: "Please answer within 10 minutes to show that somebody is there.",
  },
};

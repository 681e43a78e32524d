import type { Policy } from "./model.ts";
import {
  CARERS,
  CARERS_OF_THE_FLOOR,
  DUTY_ROOM,
  EVERYBODY_ON_DUTY,
  FIRE_LEAD,
  HEAD,
  MAINTENANCE,
  NEAREST_CARER,
  RESCUE_CENTRE,
} from "./who.ts";

/**
 * Seconds after the incident was recorded: the duty room and the nearest carer at once, the floor unless the duty room is manned, the
 * shift, the head and the fire lead, the rescue centre, and then everybody again every minute.
 */
const FIRE: Policy = {
  id: "fire",
  requirements: ["R01", "R04", "R07"],
  match: { policies: ["fire"], severities: ["critical"] },
  title: { zh: "火灾报警处置", en: "Fire alarm" },
  tiers: [
    { id: "nearest", after_s: 0, who: [NEAREST_CARER], order: "parallel" },
    {
      id: "floor",
      after_s: 8,
      who: [CARERS_OF_THE_FLOOR],
      order: "parallel",
      unless: "prompt_answered",
    },
    { id: "shift", after_s: 25, who: [CARERS], order: "parallel" },
    { id: "head", after_s: 55, who: [HEAD, FIRE_LEAD], order: "parallel" },
    { id: "rescue-centre", after_s: 115, who: [RESCUE_CENTRE], order: "parallel" },
  ],
  prompt_s: 8,
  arrive_s: 120,
  resolve_s: 900,
  overdue: [HEAD, FIRE_LEAD],
  unanswered_s: 175,
  repeat_s: 60,
  siren: true,
  silence_s: 120,
  source:
    "assumption: seconds for who is near, a minute for who decides, two for help from outside; nights are the weak hours of an elderly home (公安部令61号 art. 25)",
};

/** What alarms beside fire: a warning before there is one, and gas, which is as urgent. */
export const FIRE_POLICIES: readonly Policy[] = [
  FIRE,
  {
    ...FIRE,
    id: "gas",
    requirements: ["R01", "R04", "R07", "R19"],
    match: { policies: ["gas"], severities: ["critical"] },
    title: { zh: "燃气与一氧化碳报警处置", en: "Gas or carbon monoxide alarm" },
    source: "assumption: gas and carbon monoxide leave no more time than a fire",
  },
  {
    ...FIRE,
    id: "fire-warning",
    match: { policies: ["fire", "gas"] },
    title: { zh: "火灾预警处置", en: "Fire warning" },
    tiers: [
      { id: "nearest", after_s: 0, who: [NEAREST_CARER], order: "parallel" },
      { id: "maintenance", after_s: 30, who: [MAINTENANCE, FIRE_LEAD], order: "parallel" },
      { id: "shift", after_s: 90, who: [EVERYBODY_ON_DUTY], order: "parallel" },
      { id: "head", after_s: 180, who: [HEAD], order: "parallel" },
    ],
    prompt_s: 30,
    arrive_s: 180,
    resolve_s: 1_800,
    unanswered_s: 300,
    repeat_s: 120,
    siren: false,
    source:
      "assumption: electrical-fire monitoring warns before there is a fire: minutes, and nobody is driven out of bed",
  },
  {
    ...FIRE,
    id: "other-alarm",
    match: { classes: ["alarm"] },
    title: { zh: "其他生命安全报警处置", en: "Other life alarm" },
    tiers: [
      { id: "nearest", after_s: 0, who: [NEAREST_CARER, DUTY_ROOM], order: "parallel" },
      ...FIRE.tiers.slice(1),
    ],
    source: "assumption: a life alarm that no policy names is treated as a fire",
  },
];

import type { Policy } from "./model.ts";
import {
  CARERS,
  CARERS_OF_THE_FLOOR,
  DOCTORS,
  DUTY_ROOM,
  HEAD,
  NEAREST_CARER,
  NURSES,
  RESCUE_CENTRE,
} from "./who.ts";

/** A fall that is confirmed, a call for help. */
const CARE: Policy = {
  id: "care",
  requirements: ["R04", "R07", "R10"],
  match: { policies: ["care"], severities: ["critical", "high"] },
  title: { zh: "跌倒与呼救处置", en: "Fall or call for help" },
  tiers: [
    { id: "nearest", after_s: 0, who: [NEAREST_CARER], order: "parallel" },
    { id: "floor", after_s: 30, who: [CARERS_OF_THE_FLOOR], order: "parallel" },
    { id: "shift", after_s: 60, who: [CARERS, NURSES, DUTY_ROOM], order: "parallel" },
    { id: "head", after_s: 180, who: [HEAD, DOCTORS], order: "parallel" },
    { id: "rescue-centre", after_s: 420, who: [RESCUE_CENTRE], order: "parallel" },
  ],
  prompt_s: null,
  arrive_s: 180,
  resolve_s: 1_800,
  overdue: [HEAD],
  unanswered_s: 480,
  repeat_s: 120,
  siren: false,
  silence_s: 60,
  source:
    "assumption: whoever lies on the floor is helped in minutes; falls are one of the nine protections of GB 38600-2019",
};

export const CARE_POLICIES: readonly Policy[] = [
  CARE,
  {
    ...CARE,
    id: "care-suspected",
    match: { policies: ["care"] },
    title: { zh: "疑似跌倒处置", en: "Suspected fall" },
    // One after the other: a suspicion that the person takes back in seconds must not empty the floor.
    tiers: [
      { id: "floor", after_s: 0, who: [CARERS_OF_THE_FLOOR], order: { every_s: 60 } },
      { id: "shift", after_s: 180, who: [CARERS, NURSES, DUTY_ROOM], order: "parallel" },
      { id: "head", after_s: 600, who: [HEAD], order: "parallel" },
    ],
    arrive_s: 300,
    unanswered_s: 900,
    repeat_s: 300,
    source:
      "assumption: precision of fall detectors differs (mdpi.com/1424-8220/20/22/6479), so a suspicion is looked at by one person at a time",
  },
  {
    ...CARE,
    id: "health",
    match: { policies: ["health"], severities: ["critical", "high"] },
    title: { zh: "健康异常处置", en: "Vital signs out of limits" },
    tiers: [
      { id: "nearest", after_s: 0, who: [NEAREST_CARER, NURSES], order: "parallel" },
      { id: "shift", after_s: 60, who: [CARERS, DOCTORS, DUTY_ROOM], order: "parallel" },
      { id: "head", after_s: 180, who: [HEAD], order: "parallel" },
      { id: "rescue-centre", after_s: 420, who: [RESCUE_CENTRE], order: "parallel" },
    ],
    source: "assumption: as a fall, with the nurse at once",
  },
  {
    ...CARE,
    id: "health-watch",
    match: { policies: ["health"] },
    title: { zh: "健康提示处置", en: "Vital signs to look at" },
    tiers: [
      { id: "nurse", after_s: 0, who: [NURSES, NEAREST_CARER], order: { every_s: 300 } },
      { id: "shift", after_s: 1_200, who: [CARERS, DUTY_ROOM], order: "parallel" },
    ],
    arrive_s: 900,
    resolve_s: 7_200,
    unanswered_s: 3_600,
    repeat_s: 3_600,
    source: "assumption: looked at on the next round of the floor",
  },
  {
    ...CARE,
    id: "other-care",
    match: { classes: ["care", "health"] },
    title: { zh: "其他照护报警处置", en: "Other care alarm" },
    source: "assumption: what no policy names is treated as a call for help",
  },
];

import type { Rule } from "./model.ts";

/** assumption: 10 minutes, as for fire (fire.ts). */
const CARE = {
  class: "care",
  severity: "high",
  policy: "care",
  group: { kind: "care", scope: "person", window_s: 600 },
  siren: false,
} as const;

export const CARE_RULES: readonly Rule[] = [
  {
    ...CARE,
    id: "fall",
    requirements: ["R10", "R11"],
    when: {
      type: "state",
      signs: [
        { kind: "fall", field: "stage", is: ["suspected"], severity: "medium" },
        { kind: "fall", field: "stage", is: ["confirmed"] },
        { kind: "fall", field: "fall", is: [true] },
      ],
    },
    title: { zh: "跌倒", en: "Fall" },
    repeat_s: 60,
    renew_s: 300,
    source:
      "assumption: a detector that knows no stages has confirmed what it reports; precision differs per device (mdpi.com/1424-8220/20/22/6479)",
  },
  {
    ...CARE,
    id: "sos",
    requirements: ["R10", "R11"],
    when: { type: "state", signs: [{ kind: "sos", field: "pressed", is: [true] }] },
    title: { zh: "呼救", en: "Call for help" },
    repeat_s: 10,
    renew_s: 60,
    source:
      "assumption: many buttons never say that they were let go, so a press a minute after the last is a new call",
  },
];

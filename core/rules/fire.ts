import type { Kind } from "../points/index.ts";
import type { Group, Rule, Sign } from "./model.ts";

/** assumption: 10 minutes after the last new alarm, a further one is another event that people are called for again. */
const FIRE: Group = { kind: "fire", scope: "facility", window_s: 600 };
const PANEL = "GB/T 26875.3-2011, 8.3.1.2 figure 7 (bit 1) and table 5";

/** GB 4717-2005, 5.2.2.1: a fire alarm is kept until it is reset by hand; EN 54-2:1997, 7.6 likewise. Taken for every life alarm. */
const LATCH = "latches: GB 4717-2005, 5.2.2.1";

/** A component's own alarm, and the fire bit of its panel when the facility file says that the component is of this kind. */
function signsOf(kind: Kind): readonly Sign[] {
  return [
    { kind, field: "alarm", is: [true] },
    { kind: "fire_panel", field: "fire", is: [true], only: [kind] },
  ];
}

/** A test bit beside an alarm never hides it (real panels send fire with it): it stands in the evidence. */
const FIRE_ALARM = {
  class: "alarm",
  severity: "critical",
  policy: "fire",
  group: FIRE,
  siren: true,
  latch: true,
  repeat_s: 60,
} as const;

export const FIRE_RULES: readonly Rule[] = [
  {
    ...FIRE_ALARM,
    id: "smoke-alarm",
    requirements: ["R01"],
    when: { type: "state", signs: signsOf("smoke") },
    title: { zh: "烟雾报警", en: "Smoke alarm" },
    source: `${PANEL}, 40-44 and 50-53; ${LATCH}`,
  },
  {
    ...FIRE_ALARM,
    id: "heat-alarm",
    requirements: ["R01", "R19"],
    when: { type: "state", signs: signsOf("heat") },
    title: { zh: "感温火灾报警", en: "Heat alarm" },
    source: `${PANEL}, 30-37; ${LATCH}`,
  },
  {
    ...FIRE_ALARM,
    id: "call-point-alarm",
    requirements: ["R01"],
    when: { type: "state", signs: signsOf("call_point") },
    title: { zh: "手动火灾报警", en: "Manual call point" },
    source: `${PANEL}, 23 and 24; ${LATCH}`,
  },
  {
    ...FIRE_ALARM,
    id: "panel-fire",
    requirements: ["R01"],
    when: {
      type: "state",
      signs: [
        {
          kind: "fire_panel",
          field: "fire",
          is: [true],
          except: ["smoke", "heat", "call_point", "co", "gas", "electrical_fire"],
        },
      ],
    },
    title: { zh: "火灾报警控制器报火警", en: "Fire reported by the panel" },
    source: `GB/T 26875.3-2011, 8.3.1.1 figure 6 (bit 1); ${LATCH}`,
  },
  {
    ...FIRE_ALARM,
    id: "co-alarm",
    requirements: ["R01"],
    policy: "gas",
    group: { ...FIRE, kind: "gas" },
    when: { type: "state", signs: signsOf("co") },
    title: { zh: "一氧化碳报警", en: "Carbon monoxide alarm" },
    source: `assumption: the detector's own alarm point is taken as it is; it ${LATCH} as a fire does`,
  },
  {
    ...FIRE_ALARM,
    id: "gas-alarm",
    requirements: ["R01", "R19"],
    policy: "gas",
    group: { ...FIRE, kind: "gas" },
    when: { type: "state", signs: signsOf("gas") },
    title: { zh: "可燃气体报警", en: "Combustible gas alarm" },
    source: `${PANEL}, 10-13 and 74; ${LATCH}`,
  },
  {
    ...FIRE_ALARM,
    id: "electrical-fire-alarm",
    requirements: ["R01", "R02"],
    severity: "high",
    siren: false,
    when: { type: "state", signs: signsOf("electrical_fire") },
    title: { zh: "电气火灾监控报警", en: "Electrical fire warning" },
    source: `${PANEL}, 16-18; assumption: it warns before there is a fire, so people are called and nobody is driven out of bed; ${LATCH}`,
  },
];

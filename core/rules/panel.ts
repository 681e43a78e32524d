import type { Rule, Sign } from "./model.ts";
import { TROUBLE } from "./trouble.ts";

const COMPONENT = "GB/T 26875.3-2011, 8.3.1.2 figure 7";
const SYSTEM = "GB/T 26875.3-2011, 8.3.1.1 figure 6";

function panelBit(field: string): readonly Sign[] {
  return [{ kind: "fire_panel", field, is: [true] }];
}

const SUPERVISORY = {
  class: "supervisory",
  policy: "supervisory",
  group: { ...TROUBLE.group, kind: "supervisory" },
  siren: false,
} as const;

/** What a fire panel says of itself and of its components, beside fire. */
export const PANEL_RULES: readonly Rule[] = [
  {
    ...TROUBLE,
    id: "panel-fault",
    when: {
      type: "state",
      signs: [
        { kind: "fire_panel", field: "fault", is: [true], only: ["fire_panel"] },
        { kind: "device", field: "fault", is: [true], only: ["fire_panel"] },
      ],
    },
    title: { zh: "消防主机故障", en: "Fire panel fault" },
    source: `${SYSTEM} (bit 2)`,
  },
  {
    ...TROUBLE,
    id: "panel-mains-fault",
    when: { type: "state", signs: panelBit("mains_fault") },
    title: { zh: "主电故障", en: "Mains power fault" },
    source: `${SYSTEM} and 7 (bit 8)`,
  },
  {
    ...TROUBLE,
    id: "panel-backup-fault",
    when: { type: "state", signs: panelBit("backup_fault") },
    title: { zh: "备电故障", en: "Backup power fault" },
    source: `${SYSTEM} (bit 9)`,
  },
  {
    ...TROUBLE,
    id: "panel-bus-fault",
    when: { type: "state", signs: panelBit("bus_fault") },
    title: { zh: "总线故障", en: "Detection loop fault" },
    source: `${SYSTEM} (bit 10)`,
  },
  {
    ...SUPERVISORY,
    id: "panel-shielded",
    severity: "medium",
    requirements: ["R02", "R03"],
    when: { type: "state", signs: panelBit("shielded") },
    title: { zh: "探测器被屏蔽", en: "Shielded (disabled)" },
    source: `${COMPONENT} (bit 3)`,
  },
  {
    ...SUPERVISORY,
    id: "panel-supervisory",
    severity: "medium",
    requirements: ["R02"],
    when: { type: "state", signs: panelBit("supervisory") },
    title: { zh: "监管报警", en: "Supervisory signal" },
    source: `${COMPONENT} (bit 4)`,
  },
  {
    ...SUPERVISORY,
    id: "panel-started",
    severity: "medium",
    requirements: ["R01"],
    when: { type: "state", signs: panelBit("started") },
    title: { zh: "消防设备启动", en: "Fire equipment started" },
    source: `${COMPONENT} (bit 5)`,
  },
  {
    ...SUPERVISORY,
    id: "panel-feedback",
    severity: "low",
    requirements: ["R01"],
    when: { type: "state", signs: panelBit("feedback") },
    title: { zh: "消防设备动作反馈", en: "Fire equipment feedback" },
    source: `${COMPONENT} (bit 6)`,
  },
  {
    ...SUPERVISORY,
    id: "water-low",
    severity: "medium",
    requirements: ["R01", "R02"],
    when: { type: "state", signs: [{ kind: "water", field: "low", is: [true] }] },
    title: { zh: "消防水压或水位过低", en: "Fire water low" },
    source:
      "GB 50974-2014, 5.2.2 (hydrant static pressure); assumption: the device holds the limit",
  },
  {
    ...SUPERVISORY,
    id: "water-high",
    severity: "low",
    requirements: ["R01", "R02"],
    when: { type: "state", signs: [{ kind: "water", field: "high", is: [true] }] },
    title: { zh: "消防水压或水位过高", en: "Fire water high" },
    source:
      "GB 50974-2014, 5.2.2 (hydrant static pressure); assumption: the device holds the limit",
  },
  {
    ...SUPERVISORY,
    id: "water-leak",
    severity: "medium",
    requirements: ["R03"],
    when: { type: "state", signs: [{ kind: "leak", field: "alarm", is: [true] }] },
    title: { zh: "漏水报警", en: "Water leak" },
    source: "assumption: water on the floor is a slip hazard and may empty the sprinklers",
  },
];

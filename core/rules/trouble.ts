import type { FieldValue } from "../points/index.ts";
import type { Rule, Sign } from "./model.ts";

/** What all rules about the state of equipment share. */
export const TROUBLE = {
  class: "trouble",
  severity: "medium",
  policy: "trouble",
  group: { kind: "trouble", scope: "device", window_s: 600 },
  requirements: ["R02", "R03"],
  siren: false,
} as const;

function health(field: string, value: FieldValue): readonly Sign[] {
  return [{ kind: "device", field, is: [value] }];
}

/** What is wrong with a device itself. */
export const TROUBLE_RULES: readonly Rule[] = [
  {
    ...TROUBLE,
    id: "device-fault",
    when: {
      type: "state",
      signs: [
        { kind: "device", field: "fault", is: [true], except: ["fire_panel"] },
        { kind: "fire_panel", field: "fault", is: [true], except: ["fire_panel"] },
      ],
    },
    title: { zh: "设备故障", en: "Device fault" },
    source: "GB/T 26875.3-2011, 8.3.1.2 figure 7 (bit 2)",
  },
  {
    ...TROUBLE,
    id: "device-tamper",
    when: { type: "state", signs: health("tamper", true) },
    title: { zh: "设备被拆动", en: "Device tampered with" },
    source: "assumption: zigbee2mqtt's `tamper` as it is",
  },
  {
    ...TROUBLE,
    id: "device-stuck",
    when: { type: "state", signs: health("stuck", true) },
    title: { zh: "设备读数停滞", en: "Device stuck" },
    source: "assumption: the device or its driver says so",
  },
  {
    ...TROUBLE,
    id: "device-battery-low",
    severity: "low",
    when: { type: "state", signs: health("battery_low", true) },
    title: { zh: "电池电量低", en: "Battery low" },
    source: "assumption: the device holds the limit",
  },
  {
    ...TROUBLE,
    id: "device-offline",
    when: { type: "state", signs: health("online", false) },
    title: { zh: "设备离线", en: "Device offline" },
    source: "assumption: a last will or an availability message is believed at once",
  },
  {
    ...TROUBLE,
    id: "device-silent",
    group: { kind: "silent", scope: "line", window_s: 600 },
    when: { type: "silent" },
    title: { zh: "设备失联", en: "Device silent" },
    source: "NFPA 72 ch. 26 (supervised paths); intervals in supervision.ts",
  },
];

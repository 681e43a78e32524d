import { randomUUID } from "node:crypto";
import type { Delivery } from "../channels/channel.ts";
import { T0 } from "./alerts.ts";
import { FACILITY } from "./facility.ts";

export const TOKEN = "tok-7e1f0c5b";

/** A call to s-01 because of smoke in room 302. */
export function deliveryTo(change: Partial<Delivery> = {}): Delivery {
  return {
    id: randomUUID(),
    facility: FACILITY,
    incident: `${FACILITY}.fire.all.${T0}`,
    person: "s-01",
    role: "carer",
    channel: "webhook",
    purpose: "call",
    severity: "critical",
    drill: false,
    createdAt: T0,
    address: "",
    told: {
      title: { zh: "302室 烟雾报警", en: "Smoke alarm in room 302" },
      text: { zh: "请立即前往302室", en: "Go to room 302 now" },
      answer: { token: TOKEN, answers: ["shown", "coming"] },
      incident: {
        id: `${FACILITY}.fire.all.${T0}`,
        kind: "fire",
        class: "alarm",
        severity: "critical",
        state: "raised",
        room: "r302",
        room_name: { zh: "302室", en: "Room 302" },
        floor_name: { zh: "三层", en: "Third floor" },
        opened_at: T0,
      },
      coming: [{ person: "s-02", role: "nurse" }],
    },
    ...change,
  };
}

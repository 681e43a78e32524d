import type { Scenario } from "./model.ts";

/** The fire panel reports the smoke detector of room 302; then the smoke is gone and somebody resets the panel. */
export const SMOKE_302: Scenario = {
  name: "smoke-302",
  title: { zh: "302室烟雾报警", en: "Smoke in room 302" },
  hold: [],
  moments: [
    {
      name: { zh: "302室冒烟", en: "smoke in room 302" },
      step: { do: "report", device: "smoke-302", kind: "smoke", fields: { alarm: true } },
      expect: [
        { expect: "siren", on: true, within_ms: 2_000 },
        { expect: "confirmed", within_ms: 5_000 },
        {
          expect: "incident",
          device: "smoke-302",
          kind: "fire",
          class: "alarm",
          room: "r302",
          within_ms: 5_000,
        },
        { expect: "ledger", device: "smoke-302", type: "alert_raised", within_ms: 5_000 },
        { expect: "ledger", device: "smoke-302", type: "incident_opened", within_ms: 5_000 },
      ],
    },
    {
      name: { zh: "烟雾散去", en: "the smoke is gone" },
      step: { do: "report", device: "smoke-302", kind: "smoke", fields: { alarm: false } },
      expect: [],
    },
    {
      name: { zh: "火灾报警控制器复位", en: "the panel is reset" },
      step: { do: "reset", line: "panel" },
      expect: [
        { expect: "confirmed", within_ms: 10_000 },
        { expect: "resolved", device: "smoke-302", within_ms: 10_000 },
        { expect: "ledger", device: "smoke-302", type: "incident_resolved", within_ms: 10_000 },
        { expect: "siren", on: false, within_ms: 10_000 },
      ],
    },
  ],
  cleanup: [
    { do: "report", device: "smoke-302", kind: "smoke", fields: { alarm: false } },
    { do: "reset", line: "panel" },
  ],
};

import type { Scenario } from "./model.ts";

const DEVICE = "smoke-304";
/** Time enough to sign in on a phone and to read. */
const PATIENCE_MS = 600_000;

/** A fire that waits for whoever tries Anhu: to say "I'm coming", to arrive with the room's code, and to say what it was. */
export const YOUR_TURN: Scenario = {
  name: "your-turn",
  title: {
    zh: "轮到您了：304室报警，等您来处理",
    en: "Your turn: an alarm in room 304 waits for you",
  },
  hold: [],
  moments: [
    {
      name: {
        zh: "304室冒烟：请在手机页面上点“我来处理”，再点“已到达”，输入304室的门牌码",
        en: 'smoke in room 304: say "I\'m coming" on the phone page, then "Arrived" with the code of room 304',
      },
      long: true,
      step: { do: "report", device: DEVICE, kind: "smoke", fields: { alarm: true } },
      expect: [
        { expect: "siren", on: true, within_ms: 2_000 },
        state("notified", 10_000),
        state("acknowledged", PATIENCE_MS),
        state("arrived", PATIENCE_MS),
      ],
    },
    {
      name: { zh: "烟雾散去", en: "the smoke is gone" },
      step: { do: "report", device: DEVICE, kind: "smoke", fields: { alarm: false } },
      expect: [],
    },
    {
      name: { zh: "现场复位火灾报警控制器", en: "the panel is reset at the scene" },
      step: { do: "reset", line: "panel" },
      expect: [
        { expect: "resolved", device: DEVICE, within_ms: 10_000 },
        { expect: "siren", on: false, within_ms: 10_000 },
      ],
    },
    {
      name: {
        zh: "请在手机页面上点“结案”，填写原因",
        en: 'say on the phone page what it was: "Close"',
      },
      long: true,
      step: null,
      expect: [state("closed", PATIENCE_MS)],
    },
  ],
  cleanup: [
    { do: "report", device: DEVICE, kind: "smoke", fields: { alarm: false } },
    { do: "reset", line: "panel" },
  ],
};

function state(name: string, withinMs: number): Scenario["moments"][number]["expect"][number] {
  return { expect: "state", device: DEVICE, state: name, from_ms: 0, within_ms: withinMs };
}

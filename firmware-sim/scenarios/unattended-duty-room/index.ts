/**
 * The night that this product exists for: a smoke detector on the third floor alarms at 02:10, and nobody is in the duty room.
 *
 *   s  0        5      10            60              120             180            240
 *      first    duty   every         head and        rescue          unanswered     and again
 *      byte     room,  carer of      fire lead       centre          is said
 *               first  the floor
 *               carer
 *
 * Limits are from the first byte on the wire to what the phones themselves logged. Who answers keeps those uncalled who are not due yet.
 * It is played at whatever time it is: the shift of that time is called.
 */
import type { Name } from "@anhu/core/facility";
import { ok, refuse } from "@anhu/core/result";
import { castOf } from "../cast.ts";
import type { Entry, Given, Moment, Scenario } from "../model.ts";
import { nobodyAnswers, somebodyAnswers, state } from "./expected.ts";
import { answeredBy, check } from "./given.ts";
import { DEVICE, ROOM, SAID_S, SIREN_S, STORED_S } from "./limits.ts";
import { tiersOf } from "./tiers.ts";
import type { Tier } from "./tiers.ts";

const NAME = "unattended-duty-room";
const TITLE: Name = { zh: "无人值守的值班室", en: "Unattended duty room" };
const PANEL = "panel";

export const UNATTENDED_DUTY_ROOM: Entry = {
  name: NAME,
  title: TITLE,
  make(given, facility, at) {
    const tiers = tiersOf(castOf(facility, ROOM, at));
    const empty = tiers.find(({ people }) => people.length === 0);
    if (empty !== undefined) {
      const text = `nobody with a simulated phone is there: ${empty.name.en}`;
      return refuse("nobody_to_call", text);
    }
    const checked = check(given, facility);
    return checked.ok ? ok(scenarioOf(given, tiers)) : checked;
  },
};

function scenarioOf(given: Given, tiers: readonly Tier[]): Scenario {
  const answered = answeredBy(given, tiers);
  const came = answered !== undefined && answered.arrive_s !== null;
  const arrive_after_ms = given.arrive_s === null ? null : given.arrive_s * 1000;
  const smoke: Moment = {
    name: { zh: "三层305室冒烟，值班室无人", en: "smoke in room 305, nobody is in the duty room" },
    step: { do: "report", device: DEVICE, kind: "smoke", fields: { alarm: true } },
    answers: given.answers.map(({ role, after_s }) => ({
      role,
      room: ROOM,
      answer_ms: after_s * 1000,
      arrive_after_ms,
    })),
    long: true,
    expect: [
      { expect: "siren", on: true, within_ms: SIREN_S * 1000 },
      {
        expect: "incident",
        device: DEVICE,
        kind: "fire",
        class: "alarm",
        room: ROOM,
        within_ms: STORED_S * 1000,
      },
      ...(answered === undefined ? nobodyAnswers(tiers) : somebodyAnswers(tiers, answered)),
    ],
  };
  return {
    name: NAME,
    title: TITLE,
    hold: [],
    moments: [smoke, ...(came ? [] : [SOMEBODY_COMES]), ...AFTERWARDS],
    cleanup: [
      { do: "report", device: DEVICE, kind: "smoke", fields: { alarm: false } },
      { do: "reset", line: PANEL },
    ],
  };
}

/** Whoever nobody answered for, the incident ends by people: a carer answers after all. */
const SOMEBODY_COMES: Moment = {
  name: { zh: "终于有人应答并到场", en: "somebody comes after all" },
  step: null,
  answers: [{ role: "carer", room: ROOM, answer_ms: 0, arrive_after_ms: 2_000 }],
  expect: [state("acknowledged", 0, SAID_S), state("arrived", 0, 2 * SAID_S)],
};

const AFTERWARDS: readonly Moment[] = [
  {
    name: { zh: "烟雾散去", en: "the smoke is gone" },
    step: { do: "report", device: DEVICE, kind: "smoke", fields: { alarm: false } },
    expect: [],
  },
  {
    name: { zh: "现场复位火灾报警控制器", en: "the panel is reset at the scene" },
    step: { do: "reset", line: PANEL },
    expect: [
      { expect: "confirmed", within_ms: 10_000 },
      { expect: "resolved", device: DEVICE, within_ms: 10_000 },
      { expect: "siren", on: false, within_ms: 10_000 },
    ],
  },
  {
    name: { zh: "记录原因并结案", en: "the cause is recorded, the incident closed" },
    step: { do: "close", device: DEVICE, cause: "test" },
    expect: [
      state("closed", 0, 5),
      { expect: "ledger", device: DEVICE, type: "incident_closed", within_ms: 5_000 },
    ],
  },
];

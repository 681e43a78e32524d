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
import type { Facility, Name, StaffRole } from "@anhu/core/facility";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Cast } from "./cast.ts";
import { castOf } from "./cast.ts";
import type { Called, Entry, Expectation, Given, Moment, Scenario } from "./model.ts";

const NAME = "unattended-duty-room";
const TITLE: Name = { zh: "无人值守的值班室", en: "Unattended duty room" };
const DEVICE = "smoke-305";
const ROOM = "r305";
const PANEL = "panel";

/** Seconds. */
const SIREN_S = 1;
const STORED_S = 2;
/** Somebody who is coming holds back the others for so long (policy `fire`). */
const ARRIVAL_LIMIT_S = 120;
/** Nobody further is called before this time when somebody came: past the rescue centre's. */
const WATCHED_S = 130;
const REPEAT_S = 60;
/** From a button on a phone to the state that everybody sees. */
const SAID_S = 3;
/** A promise that was broken: everybody who is due is called within this time. */
const AT_ONCE_S = 10;

/** Who must be called by when, and would be disturbed without need before. */
interface Tier extends Called {
  /** Who of them may answer. */
  readonly role: StaffRole;
  readonly from_s: number;
  readonly by_s: number;
}

/** When `unanswered` is said, if nobody answers. */
const UNANSWERED = { from_s: 150, by_s: 180 };

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

function tiersOf(cast: Cast): readonly Tier[] {
  return [
    {
      name: { zh: "值班室查问", en: "the duty room is asked" },
      role: "duty-officer",
      people: cast.dutyRoom,
      all: false,
      from_s: 0,
      by_s: 5,
    },
    {
      name: { zh: "首位护理员的手机", en: "the first carer's phone" },
      role: "carer",
      people: cast.carers,
      all: false,
      from_s: 0,
      by_s: 5,
    },
    {
      name: { zh: "本层全部护理员", en: "every carer of the floor" },
      role: "carer",
      people: cast.carers,
      all: true,
      from_s: 0,
      by_s: 10,
    },
    { ...HEAD, people: cast.heads },
    { ...FIRE_LEAD, people: cast.fireLeads },
    { ...RESCUE_CENTRE, people: cast.rescueCentres },
  ];
}

const HEAD: Tier = {
  name: { zh: "院长", en: "the head" },
  role: "head",
  people: [],
  all: true,
  from_s: 30,
  by_s: 60,
};
const FIRE_LEAD: Tier = {
  ...HEAD,
  name: { zh: "消防负责人", en: "the fire lead" },
  role: "fire-lead",
};
const RESCUE_CENTRE: Tier = {
  ...HEAD,
  name: { zh: "救援中心", en: "the rescue centre" },
  role: "rescue-centre",
  from_s: 90,
  by_s: 120,
};

const MAY_ANSWER: readonly StaffRole[] = ["carer", "head", "fire-lead", "rescue-centre"];

function check(given: Given, facility: Facility): Result<true> {
  const { answers, arrive_s } = given;
  const stranger = answers.find(({ role }) => !MAY_ANSWER.includes(role));
  if (stranger !== undefined) {
    return refuse("bad_given", `${stranger.role}: who can answer is ${MAY_ANSWER.join(", ")}`);
  }
  if (answers.some(({ after_s }) => after_s > UNANSWERED.from_s)) {
    return refuse("bad_given", `who answers does so within ${UNANSWERED.from_s} s`);
  }
  if (arrive_s !== null && arrive_s > ARRIVAL_LIMIT_S - SAID_S * 2) {
    return refuse("bad_given", `who arrives does so well within ${ARRIVAL_LIMIT_S} s, or never`);
  }
  if (arrive_s === null && answers.length > 1) {
    return refuse("bad_given", "who never arrives answers alone");
  }
  return facility.devices.some(({ id }) => id === DEVICE)
    ? ok(true)
    : refuse("nobody_to_call", `the facility has no ${DEVICE}`);
}

/** When somebody says "coming": between these, seconds. */
interface Answered {
  readonly from_s: number;
  readonly by_s: number;
  readonly arrive_s: number | null;
}

/** The first who can answer: nobody does before being called. undefined: nobody does. */
function answeredBy({ answers, arrive_s }: Given, tiers: readonly Tier[]): Answered | undefined {
  const all = answers.map(({ role, after_s }): Answered => {
    const own = tiers.find((tier) => tier.role === role) ?? HEAD;
    return {
      from_s: Math.max(after_s, own.from_s),
      by_s: Math.max(after_s, own.by_s) + SAID_S,
      arrive_s,
    };
  });
  return all.toSorted((a, b) => a.by_s - b.by_s)[0];
}

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

function nobodyAnswers(tiers: readonly Tier[]): readonly Expectation[] {
  const { from_s, by_s } = UNANSWERED;
  const again_s = by_s + REPEAT_S;
  return [
    ...tiers.map((tier) => called(tier)),
    state("unanswered", from_s, by_s),
    { expect: "ledger", device: DEVICE, type: "unanswered", within_ms: by_s * 1000 },
    { expect: "ledger", device: DEVICE, type: "unanswered", times: 2, within_ms: again_s * 1000 },
    // The phones take their time after it is said.
    ...tiers
      .filter(({ all }) => all)
      .map((tier) => called({ ...tier, by_s: again_s + AT_ONCE_S }, { after_unanswered: 2 })),
  ];
}

function somebodyAnswers(tiers: readonly Tier[], answered: Answered): readonly Expectation[] {
  const { from_s, by_s, arrive_s } = answered;
  const before = tiers.filter((tier) => tier.by_s <= from_s);
  // Of those in between nobody can say whether they were called just before somebody answered.
  const after = tiers.filter((tier) => tier.from_s >= by_s);
  const common = [
    ...before.map((tier) => called(tier)),
    state("acknowledged", 0, by_s),
    ledger("answered", by_s),
  ];
  if (arrive_s === null) return [...common, ...promiseBroken(after, answered)];
  const watched_s = Math.max(WATCHED_S, by_s + arrive_s + AT_ONCE_S);
  return [
    ...common,
    // Clocks of a person and of a computer.
    state("arrived", from_s + arrive_s - 1, by_s + arrive_s + SAID_S),
    ledger("arrived", by_s + arrive_s + SAID_S),
    ...after.map((tier): Expectation => {
      const { name, people, all } = tier;
      const within_ms = watched_s * 1000;
      return { expect: "not_called", device: DEVICE, name, people, all, within_ms };
    }),
    {
      expect: "not_state",
      device: DEVICE,
      state: "unanswered",
      within_ms: watched_s * 1000,
    },
  ];
}

/** Nobody arrives within the limit: whoever is due is called at once, and it ends as if nobody had answered. */
function promiseBroken(after: readonly Tier[], answered: Answered): readonly Expectation[] {
  const from_s = answered.from_s + ARRIVAL_LIMIT_S;
  const by_s = answered.by_s + ARRIVAL_LIMIT_S + AT_ONCE_S;
  return [
    ...after.map((tier) =>
      called({ ...tier, from_s: Math.max(tier.from_s, from_s), by_s: Math.max(tier.by_s, by_s) }),
    ),
    state("unanswered", from_s, Math.max(UNANSWERED.by_s, by_s + REPEAT_S)),
    ledger("unanswered", Math.max(UNANSWERED.by_s, by_s + REPEAT_S)),
  ];
}

function called(tier: Tier, again: { readonly after_unanswered?: number } = {}): Expectation {
  const { name, people, all, from_s, by_s } = tier;
  const times = { from_ms: from_s * 1000, within_ms: by_s * 1000 };
  return { expect: "called", device: DEVICE, name, people, all, ...times, ...again };
}

function state(name: string, from_s: number, by_s: number): Expectation {
  const times = { from_ms: from_s * 1000, within_ms: by_s * 1000 };
  return { expect: "state", device: DEVICE, state: name, ...times };
}

function ledger(type: string, by_s: number): Expectation {
  return { expect: "ledger", device: DEVICE, type, within_ms: by_s * 1000 };
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
    name: { zh: "记录原因并关闭事件", en: "the cause is recorded, the incident closed" },
    step: { do: "close", device: DEVICE, cause: "test" },
    expect: [
      state("closed", 0, 5),
      { expect: "ledger", device: DEVICE, type: "incident_closed", within_ms: 5_000 },
    ],
  },
];

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseFacility } from "@anhu/core/facility";
import { SCENARIOS } from "@anhu/firmware-sim/scenarios";
import type { Scenario } from "@anhu/firmware-sim/scenarios";
import { parseGiven } from "./given.ts";
import { asExpected, play } from "./play.ts";
import type { MomentReport } from "./play.ts";
import { momentText, verdictText } from "./print.ts";
import { createProgress } from "./progress.ts";
import { HEAD, openNight, POLICY, START } from "./testing/night.ts";
import type { Night } from "./testing/night.ts";
import { wordsFor } from "./words.ts";

const EN = wordsFor({});

interface Played {
  readonly reports: readonly MomentReport[];
  /** What was not as expected, in words. */
  readonly failed: readonly string[];
  readonly left: number;
  /** How long it took, seconds. */
  readonly seconds: number;
  readonly progress: string;
}

const NOBODY = { answers: [] as string[], arrive: undefined as string | undefined };
const CARER = { ...NOBODY, answers: ["carer@20"] };
const HEAD_COMES = { ...NOBODY, answers: ["head@70"] };
const PROMISE_BROKEN = { ...CARER, arrive: "never" };

function scenarioOf(night: Night, { answers, arrive }: typeof NOBODY): Scenario {
  const given = parseGiven(answers, arrive);
  const demo = import.meta.resolve("@anhu/firmware-sim/demo/facility.yaml");
  const facility = parseFacility(readFileSync(new URL(demo), "utf8"));
  const entry = SCENARIOS.find(({ name }) => name === "unattended-duty-room");
  if (!given.ok || !facility.ok || entry === undefined) throw new Error("no scenario");
  const made = entry.make(given.value, facility.value, night.clock.wall());
  if (!made.ok) throw new Error(made.error.detail);
  return made.value;
}

async function live(night: Night, said: typeof NOBODY): Promise<Played> {
  const lines: string[] = [];
  const progress = createProgress(EN, (line) => lines.push(line));
  const { reports } = await play(scenarioOf(night, said), night, {
    begins: () => {},
    looked: (...looked) => progress.looked(...looked),
    ended: () => {},
  });
  const outcomes = reports.flatMap((report) => report.outcomes);
  const failed = outcomes.filter(({ ok, left_out }) => !ok && left_out !== true);
  return {
    reports,
    failed: failed.map(({ expectation }) => EN.expected(expectation)),
    left: outcomes.filter(({ left_out }) => left_out === true).length,
    seconds: (night.clock.wall() - START) / 1000,
    progress: lines.join("\n"),
  };
}

describe("a system that does as it should passes", () => {
  test.each<[string, typeof NOBODY, RegExp[]]>([
    ["nobody answers", NOBODY, [/\+ {2}0\.1 s {2}siren: fire/, /head s-09 phone rings: call/]],
    ["a carer answers after 20 s", CARER, [/\+ 20\.\d s {2}incident is acknowledged/]],
    ["the head answers after 70 s", HEAD_COMES, [/\+100\.\d s {2}incident is arrived/]],
    ["a carer promises and never arrives", PROMISE_BROKEN, [/\+1[34]\d\.\d s {2}head s-09/]],
  ])("%s", async (_name, said, seen) => {
    const played = await live(openNight(), said);
    expect(played.failed).toEqual([]);
    expect(played.reports.every(asExpected)).toBe(true);
    for (const pattern of seen) expect(played.progress).toMatch(pattern);
  });

  test("and is watched past the time of the rescue centre, and past the second time that nobody answered", async () => {
    expect((await live(openNight(), CARER)).seconds).toBeGreaterThan(130);
    expect((await live(openNight(), NOBODY)).seconds).toBeGreaterThan(235);
  });
});

describe("a call before its time", () => {
  test("to the head, when a carer is coming, ends the wait at once", async () => {
    const night = openNight();
    night.at(40, () => night.ring(["s-09", "head"]));
    const played = await live(night, CARER);
    expect(played.failed).toEqual(["phone does NOT ring: the head"]);
    expect(played.left).toBeGreaterThan(0);
    expect(played.seconds).toBeLessThan(60);
    expect(played.reports.some(asExpected)).toBe(true);
  });

  test.each([
    ["update", true],
    ["stand_down", true],
    ["test_call", false],
    ["duty_check", false],
  ])("counts whatever is told about the alarm: %s %s", async (purpose, counts) => {
    const night = openNight();
    night.at(100, () => night.ring(["s-10", "rescue-centre"], { purpose }));
    const { failed } = await live(night, CARER);
    expect(failed).toEqual(counts ? ["phone does NOT ring: the rescue centre"] : []);
  });

  test("to the centre just before the watch ends, when the head is coming", async () => {
    const night = openNight();
    night.at(129, () => night.ring(["s-10", "rescue-centre"]));
    expect((await live(night, HEAD_COMES)).failed).toEqual([
      "phone does NOT ring: the rescue centre",
    ]);
  });

  test("to everybody at once, when nobody answers", async () => {
    const everybody = [{ after_s: 0, people: POLICY.tiers.flatMap(({ people }) => people) }];
    const { failed } = await live(openNight({ ...POLICY, tiers: everybody }), NOBODY);
    expect(failed).toEqual([
      "phone rings: the head",
      "phone rings: the fire lead",
      "phone rings: the rescue centre",
    ]);
  });

  test("to the head while a promise still holds", async () => {
    const { failed } = await live(openNight({ ...POLICY, arrive_s: 60 }), PROMISE_BROKEN);
    expect(failed).toContain("phone rings: the head");
  });
});

describe("a call that is late or does not come", () => {
  const without = (role: string) => ({
    ...POLICY,
    tiers: POLICY.tiers.map(({ after_s, people }) => ({
      after_s,
      people: people.filter(([, own]) => own !== role),
    })),
  });

  test.each([
    ["duty-officer", "phone rings: the duty room is asked"],
    ["fire-lead", "phone rings: the fire lead"],
    ["rescue-centre", "phone rings: the rescue centre"],
  ])("to the %s", async (role, words) => {
    expect((await live(openNight(without(role)), NOBODY)).failed).toContain(words);
  });

  test("to one carer of the floor", async () => {
    const tiers = POLICY.tiers.filter(({ after_s }) => after_s !== 8);
    expect((await live(openNight({ ...POLICY, tiers }), CARER)).failed).toEqual([
      "phone rings: every carer of the floor",
    ]);
  });

  test("to a phone that did not show it counts for nothing", async () => {
    const night = openNight(without("head"));
    night.at(50, () => night.ring(HEAD[0] ?? ["", ""], { shown: false, status: 401 }));
    expect((await live(night, NOBODY)).failed).toContain("phone rings: the head");
  });

  test.each([
    ["that nobody answered is not said", { unanswered_s: 1_000 }, "incident unanswered"],
    ["it is said once and not again", { repeat_s: 1_000 }, "ledger: unanswered no. 2, smoke-305"],
    ["after a broken promise nothing follows", { arrive_s: 1_000 }, "phone rings: the head"],
  ])("%s", async (name, wrong, words) => {
    const said = name.startsWith("after") ? PROMISE_BROKEN : NOBODY;
    expect((await live(openNight({ ...POLICY, ...wrong }), said)).failed).toContain(words);
  });

  test("the siren is late", async () => {
    const { failed } = await live(openNight({ ...POLICY, sirenMs: 1_200 }), CARER);
    expect(failed).toEqual(["siren sounds"]);
  });

  test("without an incident nobody waits for calls", async () => {
    const night = openNight({ ...POLICY, storedMs: 10_000_000 });
    const played = await live(night, NOBODY);
    expect(played.failed[0]).toBe("incident fire (alarm) by smoke-305 in r305");
    expect(played.reports.every(asExpected)).toBe(false);
    expect(played.seconds).toBeLessThan(60);
    expect(night.steps.map((step) => step.do)).toEqual(["report", "report", "reset"]);
  });
});

describe("the table", () => {
  test("says what was expected, from when to when, and what was seen", async () => {
    const night = openNight();
    const { reports } = await live(night, CARER);
    const text = reports.map((report) => momentText(report, EN, "Asia/Shanghai")).join("\n");
    expect(text).toMatch(/ok {4}phone rings: every carer of the floor within 10 s +after 8300 ms/);
    expect(text).toMatch(/ok {4}phone does NOT ring: the head for 130 s +did not happen/);
    expect(text).toMatch(/ok {4}incident arrived after 49 s to 56 s +after 50 s/);
    expect(verdictText(scenarioOf(night, CARER), reports, EN)).toMatch(/all \d+ expectations/);
    const chinese = wordsFor({ LANG: "zh_CN.UTF-8" });
    const zh = reports.map((report) => momentText(report, chinese, "Asia/Shanghai")).join("\n");
    expect(zh).toMatch(/通过 {2}130 秒内电话不响：院长 +未发生/);
    expect(zh).toMatch(/49 秒至 56 秒之间事件状态为“已到场”/);
    expect(
      zh.replaceAll(/smoke-305|fire|alarm|answered|arrived|r305|incident_closed/g, ""),
    ).not.toMatch(/[a-z]{3}/);
  });
});

describe("who answers, as the command says it", () => {
  test.each<[string[], string | undefined, object]>([
    [[], undefined, { answers: [], arrive_s: 30 }],
    [["never"], "never", { answers: [], arrive_s: null }],
    [["carer@20", "head@70"], "5", { arrive_s: 5 }],
    [["fire-lead@0"], undefined, { answers: [{ role: "fire-lead", after_s: 0 }] }],
  ])("%j, arrives %s", (answers, arrive, given) => {
    expect(parseGiven(answers, arrive)).toMatchObject({ ok: true, value: given });
  });

  test.each<[string[], string | undefined]>([
    [["cook@20"], undefined],
    [["constructor@20"], undefined],
    [["carer"], undefined],
    [["carer@-1"], undefined],
    [["carer@20", "never"], undefined],
    [[], "soon"],
  ])("%j, arrives %s: is misuse", (answers, arrive) => {
    expect(parseGiven(answers, arrive)).toMatchObject({ error: { reason: "bad_given" } });
  });
});

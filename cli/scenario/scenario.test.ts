import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeClock, systemClock } from "@anhu/core/time";
import type { Expectation, Scenario } from "@anhu/firmware-sim/scenarios";
import { apiOf } from "../api.ts";
import { runScenario } from "./index.ts";
import type { Seen } from "./judge.ts";
import { judge } from "./judge.ts";
import { observe } from "./observe.ts";
import { asExpected, play } from "./play.ts";
import type { Audience, Stage } from "./play.ts";
import { momentText, verdictText } from "./print.ts";
import { wordsFor } from "./words.ts";
import type { Words } from "./words.ts";

const START = 1_800_000_000_000;
const played = { at: START + 10, facts: ["f-1", "f-2"] };
const nothing: Seen = {
  since: START,
  events: [],
  siren: { on: false, at: null },
  incidents: [],
  entries: [],
  states: [],
  readings: [],
};
const incident = {
  id: "i-1",
  kind: "fire",
  state: "raised",
  received_at: START + 150,
  changed_at: START + 150,
  alerts: [{ device: "smoke-302", room: "r302", class: "alarm", onset: START + 60 }],
};

const EN = wordsFor({});
const FIRE = { expect: "incident", device: "smoke-302", kind: "fire", class: "alarm" } as const;

function judged(expectation: object, seen: Partial<Seen>): number | null {
  const within = { within_ms: 1000, ...expectation } as Expectation;
  return judge(within, played, { ...nothing, ...seen });
}

describe("an expectation", () => {
  test("of a confirm waits for every fact of the step", () => {
    const one = { event: "learned", id: "f-1", confirmed_at: START + 40 } as const;
    const two = { event: "learned", id: "f-2", confirmed_at: START + 50 } as const;
    expect(judged({ expect: "confirmed" }, { events: [one] })).toBeNull();
    expect(judged({ expect: "confirmed" }, { events: [one, two] })).toBe(START + 50);
  });

  test("of an incident wants the device's own alert, of this run, in the right room", () => {
    expect(judged(FIRE, { incidents: [incident] })).toBe(START + 150);
    expect(judged({ ...FIRE, room: "r303" }, { incidents: [incident] })).toBeNull();
    expect(judged({ ...FIRE, device: "smoke-303" }, { incidents: [incident] })).toBeNull();
    expect(judged(FIRE, { since: START + 5_000, incidents: [incident] })).toBeNull();
  });

  test("of a resolution is not met while one of its incidents stands", () => {
    const over = { ...incident, id: "i-2", state: "resolved", changed_at: START + 900 };
    const resolved = { expect: "resolved", device: "smoke-302" };
    expect(judged(resolved, {})).toBeNull();
    expect(judged(resolved, { incidents: [incident, over] })).toBeNull();
    expect(judged(resolved, { incidents: [over] })).toBe(START + 900);
  });

  test("of a stored reading wants one of the device and kind, of the step or later", () => {
    const reading = { device: "smoke-302", kind: "smoke", at: START + 40 };
    const stored = { expect: "stored", device: "smoke-302", kind: "smoke" };
    expect(judged(stored, { readings: [reading] })).toBe(START + 40);
    const others = [
      { ...reading, device: "smoke-303" },
      { ...reading, kind: "device" },
      { ...reading, at: START - 5_000 },
    ];
    expect(judged(stored, { readings: others })).toBeNull();
  });

  test("of a ledger entry finds it by the alert's device or by its incident", () => {
    const entries = [
      { seq: 4, at: START + 100, type: "alert_raised", data: { device: "smoke-302" } },
      { seq: 5, at: START + 101, type: "incident_opened", data: { incident: "i-1" } },
      { seq: 6, at: START + 102, type: "incident_resolved", data: { incident: "i-9" } },
    ];
    const seen = { entries, incidents: [incident] };
    const ledger = { expect: "ledger", device: "smoke-302" };
    expect(judged({ ...ledger, type: "alert_raised" }, seen)).toBe(START + 100);
    expect(judged({ ...ledger, type: "incident_opened" }, seen)).toBe(START + 101);
    expect(judged({ ...ledger, type: "incident_resolved" }, seen)).toBeNull();
  });
});

/** Nobody watches. */
const NOBODY: Audience = { begins: () => {}, looked: () => {}, ended: () => {} };

const scenario: Scenario = {
  name: "s",
  title: { zh: "", en: "A story" },
  hold: ["panel"],
  moments: [
    {
      name: { zh: "着火", en: "it burns" },
      step: { do: "reset", line: "panel" },
      expect: [
        { expect: "siren", on: true, within_ms: 200 },
        { ...FIRE, within_ms: 400 },
      ],
    },
  ],
  cleanup: [],
};

describe("playing", () => {
  test("reports each expectation with the time from step to sight", async () => {
    const { reports } = await play(scenario, stage(new FakeClock(START), 200), NOBODY);
    expect(reports[0]?.outcomes).toMatchObject([
      { ok: true, after_ms: 30 },
      { ok: true, after_ms: 150 },
    ]);
    expect(reports.every(asExpected)).toBe(true);
    expect(verdictText(scenario, reports, EN)).toBe("s: all 2 expectations were met");
  });

  test("gives up on what is not seen in time, and says so", async () => {
    const { reports } = await play(scenario, stage(new FakeClock(START), 60_000), NOBODY);
    expect(reports.every(asExpected)).toBe(false);
    const [report] = reports;
    const text = (words: Words) =>
      report === undefined ? "" : momentText(report, words, "Asia/Shanghai");
    expect(text(EN)).toMatch(/^it burns .*FAIL {2}incident fire .* not seen$/s);
    expect(verdictText(scenario, reports, EN)).toBe("s: 1 of 2 expectations were NOT met");
    const chinese = wordsFor({ LC_ALL: "", LANG: "zh_CN.UTF-8" });
    expect(text(chinese)).toMatch(
      /^着火 .*失败 {2}400 毫秒内触发事件 fire.*：smoke-302.* 未观察到$/s,
    );
    expect(verdictText(scenario, reports, chinese)).toBe("s: 2 项期望中有 1 项未达成");
    expect(wordsFor({ LC_ALL: "C", LANG: "zh_CN.UTF-8" })).toBe(EN);
  });
});

test("a scenario whose system is gone ends at once; what was not seen is left out, and so is the rest", async () => {
  const [moment] = scenario.moments;
  const long = { ...scenario, moments: [moment ?? never(), moment ?? never()] };
  const clock = new FakeClock(START);
  const lost = () => (clock.wall() >= START + 100 ? "system" : null);
  const told = await play(long, { ...stage(clock, 60_000), lost }, NOBODY);
  expect(told.lost).toBe("system");
  expect(clock.wall()).toBeLessThan(START + 200);
  expect(told.reports.map(({ outcomes }) => outcomes)).toMatchObject([
    [{ ok: true }, { ok: false, left_out: true }],
  ]);
  const verdict = (lang: string) => verdictText(long, told.reports, wordsFor({ LANG: lang }));
  expect(verdict("zh_CN.UTF-8")).toContain("2 项期望：达成 1 项，未达成 0 项，略过 1 项");
  expect(verdict("C")).toContain("of 2 expectations 1 were met, 0 were NOT met, 1 were left out");
});

test("the time of a moment is the facility's own", async () => {
  const { reports } = await play(scenario, stage(new FakeClock(START), 200), NOBODY);
  const [report = never()] = reports;
  // START is 2027-01-15 08:00 UTC.
  const text = (timezone: string) => momentText(report, EN, timezone);
  expect(text("Asia/Shanghai")).toContain("(2027-01-15 16:00:00 +08:00)");
  expect(text("UTC")).toContain("(2027-01-15 08:00:00 +00:00)");
});

test("a scenario ends after three moments in a row that were not as expected", async () => {
  const [moment] = scenario.moments;
  const long = { ...scenario, moments: Array.from({ length: 9 }, () => moment ?? never()) };
  const { reports } = await play(long, stage(new FakeClock(START), 60_000), NOBODY);
  expect(reports).toHaveLength(3);
  expect(verdictText(long, reports, EN)).toMatch(/3 of 6 .* NOT met; .*, 6 moments were left out/);
});

function never(): never {
  throw new Error("no moment");
}

describe("the command", () => {
  let dir: string;
  let http: Server;
  let said: string;
  let size: number;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "anhu-scenario-"));
    said = "";
    size = 7;
    http = createServer(({ url = "" }, reply) => {
      const from = Number(/from=(\d+)/.exec(url)?.[1] ?? 1);
      const seqs = Array.from({ length: size - from + 1 }, (_, at) => from + at);
      const items = seqs.map((seq) => ({ seq, entry: `{"seq":${seq},"type":"alert_raised"}` }));
      reply.end(JSON.stringify({ items, next: null, size }));
    });
  });

  afterEach(() => {
    http.close();
    rmSync(dir, { recursive: true });
  });

  function run(name: string, answers: readonly string[] = [], env = {}): Promise<number> {
    const writer = { write: (text: string) => (said += text) };
    const common = { json: false, dataDir: dir, httpPort: 1, clock: systemClock(), env };
    const given = { answers, arrive: undefined };
    return runScenario({ ...common, ...given, name, out: writer, err: writer });
  }

  test("ends with 2 and the names for a scenario that there is not", async () => {
    expect(await run("smoke-999")).toBe(2);
    expect(said).toMatch(/smoke-302/);
    expect(said).toMatch(/recorded/);
  });

  test("ends with 2 for an answer that nobody can give", async () => {
    expect(await run("unattended-duty-room", ["cook@20"])).toBe(2);
    expect(said).toMatch(/--answer cook@20: never, or ROLE@SECONDS; roles are carer/);
    said = "";
    await run("unattended-duty-room", ["cook@20"], { LANG: "zh_CN.UTF-8" });
    expect(said).toMatch(/^命令参数有误/);
    expect(said).not.toMatch(/roles|cook/);
  });

  test("ends with 3 when the system is not running", async () => {
    expect(await run("smoke-302")).toBe(3);
    expect(said).toBe(`no simulated demo is running on ${dir} (npm start starts one)\n`);
    await run("smoke-302", [], { LANG: "zh_CN.UTF-8" });
    expect(said).toMatch(/没有运行中的模拟演示/);
  });

  test("takes what stands in the ledger at its begin for the past", async () => {
    await new Promise<void>((up) => void http.listen(0, "127.0.0.1", up));
    const { port } = http.address() as AddressInfo;
    const observer = await observe(apiOf({ dataDir: dir, httpPort: port }), "pt-1", systemClock());
    await observer.look([], START);
    expect(observer.entries).toEqual([]);
    size = 8;
    await observer.look([], START);
    await observer.look([], START);
    expect(observer.entries).toEqual([{ seq: 8, type: "alert_raised" }]);
  });
});

/** A system whose incident is seen `afterMs` after the step, and whose siren sounds with the step. */
function stage(clock: FakeClock, afterMs: number): Stage {
  let tell: Parameters<Stage["control"]["onEvent"]>[0] | undefined;
  const answers = {
    watch: { siren: { on: false, tone: "fire", drill: false, at: null } },
    hold: null,
    play: { at: START, facts: [] },
  };
  const ask = async (verb: string) => {
    if (verb === "play")
      tell?.({ event: "siren", on: true, tone: "fire", drill: false, at: START + 30 });
    return { ok: true, value: answers[verb as keyof typeof answers] };
  };
  return {
    control: {
      ask: ask as Stage["control"]["ask"],
      onEvent: (listener) => {
        tell = listener;
      },
      close() {},
      ended: false,
    },
    observer: {
      look: async () => {
        // Whoever waits for the next look is woken.
        setImmediate(() => clock.advance(50));
      },
      get incidents() {
        return clock.wall() < START + afterMs ? [] : [incident];
      },
      entries: [],
      states: [],
      readings: [],
      failing: null,
    },
    lost: () => null,
    api: { post: async () => ({}) },
    clock,
  };
}

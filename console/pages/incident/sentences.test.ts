import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import type { TimelineEntry } from "@anhu/response/api";
import { expect, test } from "vitest";
import { WORDS } from "../../words/index.ts";
import type { Language } from "../../words/index.ts";
import { accountsOf } from "./actors.ts";
import { tellTimeline } from "./sentences.ts";

const T0 = Date.UTC(2026, 10, 21, 18, 10);

test("the night's story reads like one, calls at the same time in one sentence", () => {
  const story = [
    entry("alert_raised", { device: "smoke-302", rule: "smoke-alarm" }, "gateway:gw1"),
    entry("called", { person: "s-04", role: "duty-officer", purpose: "prompt" }),
    entry("called", { person: "s-01", role: "carer", purpose: "call" }),
    entry("called", { person: "s-21", role: "carer", purpose: "call" }),
    entry("answered", { person: "s-01", role: "carer", answer: "coming" }, "staff:s-01"),
    entry("arrived", { person: "s-01", role: "carer", code: true }, "staff:s-01"),
    entry("silenced", { seconds: 120 }, "user:u1"),
    entry("incident_closed", { cause: "cooking_or_steam" }, "user:u-9ba77568"),
  ];
  expect(texts(story, "zh")).toEqual([
    "smoke-302 报警：烟雾报警",
    "询问值班室duty-officer s-04 是否有人",
    "呼叫carer s-01、carer s-21",
    "carer s-01：我来处理",
    "carer s-01 到达现场，门牌码正确",
    "我消音 120 秒",
    "用户 9ba7 结案：烹饪或水汽",
  ]);
  expect(texts(story, "en").slice(0, 3)).toEqual([
    "smoke-302 in alarm: Smoke alarm",
    "Asked whether somebody is in the duty room: duty-officer s-04",
    "Called carer s-01, carer s-21",
  ]);
});

test("an alarm that its sensor did not end is not said to be back to normal", () => {
  const cleared = { device: "smoke-302", rule: "smoke-alarm" };
  const story = [
    entry("alert_cleared", cleared, "gateway:gw1"),
    entry("alert_cleared", { ...cleared, reason: "not_held" }, "gateway:gw1"),
    entry("alert_cleared", { ...cleared, reason: "gateway_removed" }, "user:u1"),
    entry("alert_cleared", { ...cleared, reason: "of_a_later_gateway" }, "gateway:gw1"),
  ];
  expect(texts(story, "zh")).toEqual([
    "smoke-302 恢复正常：烟雾报警",
    "复位 smoke-302 时，网关已没有这个报警：烟雾报警",
    "我结束了 smoke-302 的报警，它的网关已撤除：烟雾报警",
    "smoke-302 的报警结束，原因不是恢复正常：烟雾报警",
  ]);
  expect(texts(story, "en")[3]).toBe(
    "The alarm of smoke-302 ended, not because it is back to normal: Smoke alarm",
  );
});

test("in English one is told of oneself in good grammar, in every sentence", () => {
  const told = Object.keys(WORDS.en.timeline).map((key) => {
    const [type = key, variant] = /^(called|answered)_(.+)$/.exec(key)?.slice(1) ?? [key];
    const data = {
      person: "me",
      device: "smoke-302",
      purpose: variant ?? "call",
      answer: variant,
      text: "all well",
      ...(variant === "self" ? { tier: "self" } : {}),
    };
    const [text = ""] = tell([entry(type, data, "user:u1")], "en", () => WORDS.en.person.you).map(
      (line) => line.text,
    );
    return text;
  });
  expect(told).toContain("Called you");
  expect(told).toContain("Closed by you: Another cause. all well");
  expect(told).toContain("You took it on unasked");
  // No capital but at the beginning, and no word that "you" does not go with.
  expect(told.filter((text) => /(?<=.)\bYou\b|^you\b/.test(text))).toEqual([]);
  expect(told.filter((text) => /\byou (?:is|has|was|they|at)\b|\bof you\b/i.test(text))).toEqual(
    [],
  );
});

test("calls of later tiers are sentences of their own", () => {
  const later = {
    ...entry("called", { person: "s-09", role: "head", purpose: "call" }),
    at: T0 + 55_000,
  };
  const story = [entry("called", { person: "s-01", role: "carer", purpose: "call" }), later];
  expect(texts(story, "zh")).toHaveLength(2);
});

test("an account is called by the staff member that it answered as", () => {
  const story = [
    entry("answered", { person: "s-11", role: "carer", answer: "coming" }, "user:u-77"),
    entry("incident_closed", { cause: "test" }, "user:u-77"),
  ];
  expect(texts(story, "en")[1]).toBe("Closed by undefined s-11: Test");
});

test("an account that is linked to somebody of the staff is that person in every line", () => {
  const story = [entry("name_shown", { people: ["p-1"], reason: "" }, "user:u-66b5")];
  const [line] = tell(story, "zh", () => "杨雅婷", { "user:u-66b5": "s-07" });
  expect(line?.text).toBe("杨雅婷在报警期间查看了住户姓名");
  expect(texts(story, "zh")).toEqual(["用户 66b5 在报警期间查看了住户姓名"]);
});

test("the first announcement has no number, the next ones count from two", () => {
  const story = [2, 3, 4].map((round) => ({ ...entry("unanswered", { round }), seq: round }));
  expect(texts(story, "zh")).toEqual([
    "没有人前往：呼叫所有人",
    "仍没有人前往（第 2 次）：再次呼叫所有人",
    "仍没有人前往（第 3 次）：再次呼叫所有人",
  ]);
  expect(texts(story, "en").slice(0, 2)).toEqual([
    "Nobody is on the way: everybody is called",
    "Still nobody on the way (announced 2 times): everybody is called again",
  ]);
});

test("what people wrote is shown as they wrote it", () => {
  expect(texts([entry("note", { text: "{actor} <b>水汽</b>" }, "user:u1")], "zh")).toEqual([
    "我备注：{actor} <b>水汽</b>",
  ]);
});

test("an entry of a type that is not known here is counted, not hidden", () => {
  expect(texts([{ ...entry("from_the_future", {}), seq: 12 }], "zh")).toEqual([
    "其他记录（第 12 条）",
  ]);
});

test("bookkeeping is minor, what touches people is not", () => {
  const lines = tell(
    [
      entry("delivery_sent", { person: "s-01", channel: "webhook" }),
      entry("unanswered", { round: 2 }),
    ],
    "en",
  );
  expect(lines.map(({ minor }) => minor)).toEqual([true, false]);
});

test("every type of entry that response writes about an incident has its sentence", async () => {
  const types = new Set<string>();
  for await (const path of glob("response/{escalation,incidents,channels,store,http}/*.ts")) {
    if (/\.test\.ts$|contract|story/.test(path)) continue;
    const text = readFileSync(path, "utf8");
    const drafts = text.matchAll(/actor[^{}]{0,40}?type: "([a-z_]+)"|\bnote\(\s*"([a-z_]+)"/g);
    for (const [, written, noted] of drafts) types.add(written ?? noted ?? "");
  }
  expect(types.size).toBeGreaterThan(15);
  const known = Object.keys(WORDS.zh.timeline);
  const missing = [...types].filter(
    (type) => !known.some((key) => key === type || key.startsWith(`${type}_`)),
  );
  expect(missing).toEqual([]);
});

function entry(type: string, data: TimelineEntry["data"], actor = "response"): TimelineEntry {
  return { seq: 1, at: T0, actor, type, data };
}

function tell(
  entries: readonly TimelineEntry[],
  language: Language,
  person = (id: string, role?: string): string => `${role} ${id}`,
  accounts: Readonly<Record<string, string>> = {},
) {
  return tellTimeline(entries, {
    words: WORDS[language],
    language,
    person,
    userId: "u1",
    accounts: accountsOf({ timeline: entries, accounts }),
    title: { zh: "火警", en: "Fire" },
  });
}

function texts(entries: readonly TimelineEntry[], language: Language): string[] {
  return tell(entries, language).map(({ text }) => text);
}

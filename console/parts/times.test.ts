import { expect, test } from "vitest";
import { WORDS } from "../words/index.ts";
import { ago, ahead, clockTime, dayTime, duration, waitTime } from "./times.ts";
import type { TimeOptions } from "./times.ts";

const ZH: TimeOptions = { timezone: "Asia/Shanghai", language: "zh", words: WORDS.zh };
const EN: TimeOptions = { timezone: "Asia/Shanghai", language: "en", words: WORDS.en };
/** 02:10:07 on the 22nd in Shanghai. */
const AT = Date.UTC(2026, 10, 21, 18, 10, 7);
const MINUTE = 60_000;
const DAY = 86_400_000;

test("times are those of the facility's zone, wherever the reader is", () => {
  expect(clockTime(AT, ZH)).toBe("02:10:07");
  expect(clockTime(AT, { timezone: "Europe/Paris" })).toBe("19:10:07");
});

test("a zone that is the reader's own is named, so that nobody takes it for the facility's", () => {
  const named = { ...ZH, timezone: "Europe/Paris", named: true };
  expect(clockTime(AT, named)).toBe("19:10:07 GMT+1");
  expect(dayTime(AT, AT + MINUTE, named)).toBe("今天 19:10 GMT+1");
});

test("how long to wait is never told too short", () => {
  expect(waitTime(1, EN)).toBe("1 s");
  expect(waitTime(3_001, ZH)).toBe("4 秒");
  expect(waitTime(60_000, EN)).toBe("1 min");
  expect(waitTime(61_000, EN)).toBe("2 min");
  expect(waitTime(15 * MINUTE, ZH)).toBe("15 分钟");
});

test("a day is called by its nearness, by the zone's calendar", () => {
  expect(dayTime(AT, AT + MINUTE, ZH)).toBe("今天 02:10");
  expect(dayTime(AT, AT + 23 * 60 * MINUTE, ZH)).toBe("昨天 02:10");
  expect(dayTime(AT + 10 * 60 * MINUTE, AT, EN)).toBe("today 12:10");
  expect(dayTime(AT + DAY, AT, EN)).toBe("tomorrow 02:10");
  expect(dayTime(AT, AT + 3 * DAY, ZH)).toBe("11月22日 02:10");
  expect(dayTime(AT, AT + 3 * DAY, EN)).toBe("22 Nov 02:10");
  expect(dayTime(AT, AT + 90 * DAY, EN)).toBe("22 Nov 2026 02:10");
  expect(dayTime(AT, AT + 90 * DAY, ZH)).toBe("2026年11月22日 02:10");
});

test("how long is said in one unit", () => {
  expect(duration(7_900, ZH)).toBe("7 秒");
  expect(duration(59 * MINUTE, ZH)).toBe("59 分钟");
  expect(duration(26 * 60 * MINUTE, EN)).toBe("26 h");
  expect(duration(3 * DAY, EN)).toBe("3 d");
  expect(duration(-5, EN)).toBe("0 s");
});

test("what has happened is so long ago, and never to come; what is to come is so far ahead", () => {
  expect(ago(AT, AT + 2_000, ZH)).toBe("刚刚");
  expect(ago(AT + 20_000, AT, ZH)).toBe("刚刚");
  expect(ago(AT, AT + 3 * MINUTE, ZH)).toBe("3 分钟前");
  expect(ahead(AT + 40 * MINUTE, AT, EN)).toBe("in 40 min");
});

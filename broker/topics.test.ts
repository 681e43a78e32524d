import { expect, test } from "vitest";
import { coveredByAny, isFilter, isTopic } from "./topics.ts";

test.each([
  ["a/b", "a/b", true],
  ["a/b", "a/c", false],
  ["a/b", "a/b/c", false],
  ["a/b/c", "a/b", false],
  ["a/+", "a/b", true],
  ["a/+", "a/", true],
  ["a/+", "a", false],
  ["a/+", "a/b/c", false],
  ["a/#", "a", true],
  ["a/#", "a/b/c", true],
  ["a/#", "b", false],
  ["a/+/#", "a/b", true],
  ["a/+/#", "a", false],
  ["#", "a/b", true],
  ["+", "a", true],
  ["a/+", "a/+", true],
  ["a/b", "a/+", false],
  ["a/+", "a/#", false],
  ["a/#", "a/#", true],
  ["a/#", "a/+/c", true],
  ["a/b/#", "a/#", false],
  ["#", "$SYS/x", false],
  ["$SYS/#", "$SYS/x", false],
  ["+/+", "$share/g", false],
  ["__proto__/+", "__proto__/constructor", true],
])("%s covers %s: %s", (allowed, asked, expected) => {
  expect(coveredByAny([allowed], asked)).toBe(expected);
});

test.each([
  ["a/b", true, true],
  ["anhu-device/烟感/smoke", true, true],
  ["__proto__", true, true],
  ["/", true, true],
  ["", false, false],
  ["a/+", false, true],
  ["a/#", false, true],
  ["a/#/b", false, false],
  ["a/b#", false, false],
  ["a/b+", false, false],
  ["$SYS/x", false, false],
  ["$share/group/a", false, false],
  ["a\u0000b", false, false],
  ["a\nb", false, false],
  ["a\ufffdb", false, false],
  ["x".repeat(512), true, true],
  ["x".repeat(513), false, false],
  ["安".repeat(171), false, false],
])("%j: topic %s, filter %s", (text, topic, filter) => {
  expect(isTopic(text)).toBe(topic);
  expect(isFilter(text)).toBe(filter);
});

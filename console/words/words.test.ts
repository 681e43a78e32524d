import { globSync, readFileSync } from "node:fs";
import { STAFF_ROLES } from "@anhu/core/facility";
import { KINDS } from "@anhu/core/points";
import { RULES } from "@anhu/core/rules";
import { expect, test } from "vitest";
import { count, fill, languageOf, WORDS } from "./index.ts";

/** What is written alike in every language: marks of the trade, and the place of a value. */
const PLACE = /\{[a-zA-Z]+\}/g;
const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;

const zh = leaves(WORDS.zh);
const en = leaves(WORDS.en);

test("both languages have the same sentences, none empty, with the same places for values", () => {
  expect(zh.size).toBeGreaterThan(300);
  expect([...en.keys()]).toEqual([...zh.keys()]);
  for (const [key, text] of zh) {
    const other = en.get(key) ?? "";
    expect(text.trim(), key).not.toBe("");
    expect(other.trim(), key).not.toBe("");
    expect(placesOf(other), key).toEqual(placesOf(text));
  }
});

test("a Chinese sentence has no Latin word, an English one no Chinese sign", () => {
  const latin = [...zh].filter(([, text]) => /[A-Za-z]/.test(text.replaceAll(PLACE, "")));
  expect(latin).toEqual([]);
  expect([...en].filter(([, text]) => CJK.test(text))).toEqual([]);
});

test("every kind and field of a device has its word", () => {
  const fields = Object.values(KINDS).flatMap((kind) => Object.keys(kind.fields));
  for (const kind of Object.keys(KINDS)) expect(zh.has(`kind.${kind}`), kind).toBe(true);
  for (const field of fields) expect(zh.has(`field.${field}`), field).toBe(true);
  const values = Object.values(KINDS)
    .flatMap((kind) => Object.values(kind.fields))
    .flat();
  for (const value of values.filter((one) => !["number", "boolean"].includes(one))) {
    expect(zh.has(`value.${value}`), value).toBe(true);
  }
});

test("every kind of incident that a rule can make has its word", () => {
  for (const { group } of RULES) {
    expect(zh.has(`incidentKind.${group.kind}`), group.kind).toBe(true);
  }
});

test("every problem of the API is told in words", () => {
  const source = readFileSync("response/http/problem.ts", "utf8");
  const list = source.slice(source.indexOf("PROBLEMS = {"), source.indexOf("} as const"));
  const codes = [...list.matchAll(/^ {2}([a-z_]+): \[/gm)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !zh.has(`problem.${code}`))).toEqual([]);
});

test("every role of staff, and every reason of a delivery that is documented, is told in words", () => {
  for (const role of STAFF_ROLES) expect(zh.has(`staffRole.${role}`), role).toBe(true);
  const reasons = documented("Deliveries");
  expect(reasons.length).toBeGreaterThan(15);
  expect(reasons.filter((code) => code !== "unmatched_reply" && !zh.has(`reason.${code}`))).toEqual(
    [],
  );
});

test("every documented reason why an alert was cleared has a sentence of the timeline", () => {
  const reasons = documented("Why an alert was cleared");
  expect(reasons.length).toBeGreaterThan(3);
  expect(reasons.filter((code) => !zh.has(`timeline.alert_cleared_${code}`))).toEqual([]);
});

/** Codes of one table of docs/errors.md. */
function documented(title: string): readonly string[] {
  const [, section = ""] = readFileSync("docs/errors.md", "utf8").split(`## ${title}\n`);
  const [table = ""] = section.split("\n## ");
  return [...table.matchAll(/^\| `([a-z_]+)` /gm)].map(([, code = ""]) => code);
}

/** Lists that are looked up by a key of the API or of a page. */
const LISTS: readonly string[] = [
  "severity",
  "state",
  "class",
  "incidentKind",
  "cause",
  "userRole",
  "staffRole",
  "purpose",
  "deliveryState",
  "channel",
  "answer",
  "part",
  "kind",
  "field",
  "value",
  "placeKind",
  "facilityKind",
  "mobility",
  "shift",
  "nav",
  "timeline",
  "reason",
  "problem",
  "reply.said",
  "device.ranges",
  "people.dutyState",
  "deliveries.means",
];
const BY_STATE =
  /^(?:overview\.(?:occupied|empty|unknown)|users\.(?:joined|invited|disabled)|act\.silence)$/;

test("every sentence is said somewhere", () => {
  const source = globSync("console/**/*.{ts,tsx}")
    .filter((path) => !/\/dist|\/words\/(?:zh|en)\.ts|\.test\.ts/.test(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const unsaid = [...zh.keys()]
    .map((key) => key.replace(/\.(?:one|other)$/, ""))
    .filter((key) => !LISTS.some((list) => key.startsWith(`${list}.`)) && !BY_STATE.test(key))
    .filter((key) => !source.includes(key.includes(".") ? key : `words.${key}`));
  expect(unsaid).toEqual([]);
});

test("a sentence is filled in, and a count has its form", () => {
  expect(fill("{n} of {all}", { n: 2, all: 3 })).toBe("2 of 3");
  expect(fill("{n} of {all}", { n: 2 })).toBe("2 of {all}");
  expect(fill("{toString}", {})).toBe("{toString}");
  expect(count(WORDS.en.alarms.count, 1)).toBe("1 alarm");
  expect(count(WORDS.en.alarms.count, 2)).toBe("2 alarms");
  expect(count(WORDS.zh.alarms.count, 2)).toBe("2 条报警");
});

test("the first language that the browser wants and the console speaks is taken, else Chinese", () => {
  expect(languageOf(["en-GB", "zh-CN"])).toBe("en");
  expect(languageOf(["fr", "zh-Hant-TW", "en"])).toBe("zh");
  expect(languageOf(["fr", "de"])).toBe("zh");
  expect(languageOf([])).toBe("zh");
});

/** Every sentence by its path: `alarms.count.one`. */
function leaves(of: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(of) as [string, unknown][]) {
    const at = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") found.set(at, value);
    else if (typeof value === "object" && value !== null) {
      for (const [inner, text] of leaves(value, at)) found.set(inner, text);
    }
  }
  return found;
}

function placesOf(text: string): string[] {
  return (text.match(PLACE) ?? []).toSorted();
}

import type { ConsoleNotice } from "@anhu/response/api";
import { expect, test } from "vitest";
import { answered, askedUntil, endOf, NO_NOTICES, putAway, takeNotice } from "./notices.ts";
import type { Notices } from "./notices.ts";

const CALL: ConsoleNotice = {
  delivery: "d1",
  purpose: "call",
  incident: "i1",
  severity: "high",
  drill: false,
  title: { zh: "跌倒", en: "Fall" },
  text: { zh: "302室", en: "Room 302" },
  answer: { token: "t1", answers: ["coming", "cannot_come"] },
};

test("what asks comes before what tells, then the worst, then the newest", () => {
  const all = took(
    { ...CALL, delivery: "told", incident: "i0", severity: "critical", answer: null },
    { ...CALL, delivery: "high", incident: "i1" },
    { ...CALL, delivery: "fire", incident: "i2", severity: "critical" },
    { ...CALL, delivery: "newer", incident: "i3" },
  );
  expect(shown(all)).toEqual(["fire", "newer", "high", "told"]);
});

test("a notice that comes again, by a second stream, is one", () => {
  expect(shown(took(CALL, CALL))).toEqual(["d1"]);
});

test("what was put away does not come back", () => {
  const away = putAway(took(CALL), ["d1"]);
  expect(shown(takeNotice(away, CALL, 9))).toEqual([]);
});

test("a later call to the same incident takes the place of the earlier one, of another it does not", () => {
  const later = { ...CALL, delivery: "d2", purpose: "unanswered" as const };
  expect(shown(took(CALL, later))).toEqual(["d2"]);
  expect(shown(took(CALL, { ...later, incident: "i2" }))).toEqual(["d2", "d1"]);
});

test("an update that asks nothing leaves the question open", () => {
  const update = { ...CALL, delivery: "d2", purpose: "update" as const, answer: null };
  expect(shown(took(CALL, update))).toEqual(["d1", "d2"]);
});

test("who was called and has not answered is still called when more is told", () => {
  const update = { ...CALL, delivery: "d2", purpose: "update" as const };
  const purposes = (notices: Notices) => notices.open.map(({ notice }) => notice.purpose);
  expect(purposes(took(CALL, update))).toEqual(["call"]);
  expect(purposes(took(CALL, update, update))).toEqual(["call"]);
  expect(purposes(took(update))).toEqual(["update"]);
});

test("a stand-down ends every question of its incident", () => {
  const prompt = { ...CALL, delivery: "d2", purpose: "prompt" as const };
  const over = { ...CALL, delivery: "d3", purpose: "stand_down" as const, answer: null };
  expect(shown(took(CALL, prompt, over))).toEqual(["d3"]);
});

test("the end of an incident ends its questions, and the answer on its page does too", () => {
  expect(shown(endOf(took(CALL), "i1", "resolved"))).toEqual([]);
  expect(shown(endOf(took(CALL), "i1", "acknowledged"))).toEqual(["d1"]);
  expect(shown(endOf(took(CALL), "i2", "closed"))).toEqual(["d1"]);
  expect(shown(answered(took(CALL), "i1"))).toEqual([]);
});

test("a duty check asks for ten minutes, a call sounds by its incident", () => {
  const check = { ...CALL, purpose: "duty_check" as const, incident: null };
  expect(askedUntil(took(check))).toBe(600_001);
  expect(askedUntil(took(CALL))).toBe(null);
  expect(askedUntil(NO_NOTICES)).toBe(null);
});

test("a flood keeps the twenty most urgent", () => {
  const many = Array.from({ length: 60 }, (_, n) => ({
    ...CALL,
    delivery: `d${n}`,
    incident: `i${n}`,
    severity: n === 0 ? ("critical" as const) : ("low" as const),
  }));
  const all = took(...many);
  expect(all.open.length).toBe(20);
  expect(shown(all)[0]).toBe("d0");
});

function took(...notices: readonly ConsoleNotice[]): Notices {
  return notices.reduce((all, notice, index) => takeNotice(all, notice, index + 1), NO_NOTICES);
}

function shown({ open }: Notices): string[] {
  return open.map(({ notice }) => notice.delivery);
}

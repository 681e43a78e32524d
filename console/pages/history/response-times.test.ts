import type { PersonCalled } from "@anhu/response/api";
import { expect, test } from "vitest";
import { responseOf } from "./response-times.ts";

const CALLED: PersonCalled = {
  person: "s-01",
  role: "carer",
  tier: "nearest",
  purpose: "call",
  round: 1,
  called_at: 1_000,
  sent_at: null,
  delivered_at: null,
  answer: null,
  answered_at: null,
  arrived_at: null,
  promised_at: null,
  missed: false,
};

test("the first who promised to come and the first who was there count, refusals do not", () => {
  const people: PersonCalled[] = [
    { ...CALLED, answer: "cannot_come", answered_at: 3_000 },
    { ...CALLED, answer: "coming", promised_at: 9_000, arrived_at: 60_000 },
    { ...CALLED, answer: "coming", promised_at: 7_000, arrived_at: 90_000 },
  ];
  expect(responseOf({ people, received_at: 1_000 })).toEqual({ answerMs: 6_000, arriveMs: 59_000 });
});

test("who promised and was called again has answered when he did", () => {
  const people = [{ ...CALLED, round: 2, promised_at: 115_000, missed: true }];
  expect(responseOf({ people, received_at: 1_000 }).answerMs).toBe(114_000);
});

test("where nobody answered there is no time", () => {
  expect(responseOf({ people: [CALLED], received_at: 0 })).toEqual({
    answerMs: null,
    arriveMs: null,
  });
});

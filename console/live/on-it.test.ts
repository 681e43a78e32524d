import type { IncidentState, PersonCalled } from "@anhu/response/api";
import { expect, test } from "vitest";
import { called } from "../testing/incidents.ts";
import { onIt } from "./on-it.ts";

test("while nobody has answered, it says that nobody is on it", () => {
  expect(
    told("notified", [
      called({ person: "s-01" }),
      called({ person: "s-02", answer: "cannot_come" }),
    ]),
  ).toEqual({
    arrived: [],
    coming: [],
    late: [],
  });
});

test("who is there and who is on the way are told apart, each person once", () => {
  const people = [
    called({ person: "s-01", answer: "coming" }),
    called({ person: "s-02", answer: "coming", arrived_at: 9 }),
    called({ person: "s-02", purpose: "prompt", answer: "coming" }),
    called({ person: "s-03" }),
  ];
  expect(told("arrived", people)).toEqual({ arrived: ["s-02"], coming: ["s-01"], late: [] });
});

test("who promised and is not there in time is not said to be on the way", () => {
  expect(told("notified", [called({ person: "s-01", answer: "coming" })])).toEqual({
    arrived: [],
    coming: [],
    late: ["s-01"],
  });
});

test("who promised and was called again is late until he answers anew", () => {
  const again = called({ round: 2, missed: true });
  expect(onIt({ state: "unanswered", people: [again] }).late).toEqual([again]);
  const cannot = called({ round: 2, missed: true, answer: "cannot_come" });
  expect(onIt({ state: "unanswered", people: [cannot] }).late).toEqual([]);
});

function told(state: IncidentState, people: readonly PersonCalled[]) {
  const { arrived, coming, late } = onIt({ state, people });
  const ids = (some: readonly PersonCalled[]): string[] => some.map((one) => one.person);
  return { arrived: ids(arrived), coming: ids(coming), late: ids(late) };
}

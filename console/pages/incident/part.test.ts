import type { IncidentState } from "@anhu/response/api";
import { expect, test } from "vitest";
import { called } from "../../testing/incidents.ts";
import { partOf } from "./part.ts";

const ENDED: readonly IncidentState[] = ["resolved", "closed"];

test("who has not answered is waited for while nobody is on it, and no longer once somebody is", () => {
  expect(partOf(called(), "notified")).toBe("waiting");
  expect(partOf(called(), "unanswered")).toBe("waiting");
  expect(partOf(called(), "acknowledged")).toBe("spare");
  expect(partOf(called(), "arrived")).toBe("spare");
});

test("after the end nobody is waited for, and nobody is on the way any more", () => {
  for (const state of ENDED) {
    expect(partOf(called(), state)).toBe("never");
    expect(partOf(called({ answer: "coming" }), state)).toBe("released");
    expect(partOf(called({ answer: "cannot_come" }), state)).toBe("cannot");
    expect(partOf(called({ answer: "coming", arrived_at: 5 }), state)).toBe("arrived");
  }
});

test("who promised and is not there is late as soon as others are called again", () => {
  expect(partOf(called({ answer: "coming" }), "acknowledged")).toBe("coming");
  expect(partOf(called({ answer: "coming" }), "notified")).toBe("late");
});

test("who promised, was not there and is called again is not one who never answered", () => {
  for (const state of ["unanswered", "acknowledged", ...ENDED] as const) {
    expect(partOf(called({ round: 2, missed: true }), state)).toBe("missed");
  }
  expect(partOf(called({ round: 2, missed: true, answer: "coming" }), "acknowledged")).toBe(
    "coming",
  );
});

test("the duty room that answered is there", () => {
  expect(partOf(called({ answer: "here", purpose: "prompt" }), "notified")).toBe("here");
});

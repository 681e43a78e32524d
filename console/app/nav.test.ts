import { expect, test } from "vitest";
import { facilityOf, homeOf, isUnder, mayOpen, pagesFor, pathOf } from "./nav.ts";

const ROLES = ["administrator", "manager", "carer", "inspector", "rescue-centre"] as const;

test("every role begins on a page that it has", () => {
  for (const role of ROLES) expect(pagesFor(role)).toContain(homeOf(role));
});

test("an inspector is offered nothing that changes anything or shows names", () => {
  for (const page of ["alarms", "people", "users", "plates", "deliveries"] as const) {
    expect(mayOpen("inspector", page)).toBe(false);
  }
});

test("a path is of the facility that is looked at", () => {
  expect(pathOf("devices", "pt-1")).toBe("/f/pt-1/devices");
  expect(pathOf("alarms", null)).toBe("/alarms");
});

test("a page is lit on the pages under it, and not on one whose name only begins alike", () => {
  expect(isUnder("/f/pt-1/devices", "/f/pt-1/devices")).toBe(true);
  expect(isUnder("/f/pt-1/devices/smoke-302", "/f/pt-1/devices")).toBe(true);
  expect(isUnder("/mean", "/me")).toBe(false);
});

test("who has one facility sees that; who has more, the last one that is still theirs", () => {
  const all = ["a", "b"];
  expect(facilityOf({ kind: "facility", of: "x" }, { last: "a", all })).toBe("x");
  expect(facilityOf({ kind: "region", of: "35" }, { last: "b", all })).toBe("b");
  expect(facilityOf({ kind: "all", of: "" }, { last: "gone", all })).toBe("a");
  expect(facilityOf({ kind: "all", of: "" }, { last: null, all: [] })).toBe(null);
});

import type { StaffView } from "@anhu/response/api";
import { expect, test } from "vitest";
import { staffToLink } from "./staff.ts";

const STAFF = [
  member("s-21", "head"),
  member("s-11", "carer"),
  member("s-02", "carer"),
  member("s-16", "maintenance"),
  member("s-3", "nurse"),
  member("s-22", "rescue-centre"),
  { ...member("s-05", "carer"), has_account: true },
];

test("who fits the account's role is offered first, by number; whoever has an account is not", () => {
  expect(ids("carer", null)).toEqual(["s-02", "s-3", "s-11", "s-16", "s-21"]);
  expect(ids("manager", null)).toEqual(["s-21", "s-02", "s-3", "s-11", "s-16"]);
});

test("an account's own staff member stays among those offered", () => {
  expect(ids("carer", "s-05")).toEqual(["s-02", "s-3", "s-05", "s-11", "s-16", "s-21"]);
});

function ids(role: "carer" | "manager", own: string | null): string[] {
  return staffToLink(STAFF, role, own).map(({ id }) => id);
}

function member(id: string, role: string): StaffView {
  return {
    id,
    role,
    name: null,
    floor: null,
    channels: [],
    on_duty: false,
    in_duty_room: false,
    has_account: false,
    last_test_call: null,
  };
}

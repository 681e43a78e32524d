import { expect, test } from "vitest";
import type { AlertMessage } from "./index.ts";
import { parseAlert } from "./index.ts";

const CLEARED: AlertMessage = {
  v: 1,
  boot: "b1",
  seq: 1,
  id: "home/smoke-1/smoke-alarm/1800000000000",
  event: "home.fire.all.1800000000000",
  rule: "smoke-alarm",
  phase: "cleared",
  class: "alarm",
  severity: "critical",
  subject: { device: "smoke-1", room: "r1" },
  at: 1_800_000_001_000,
  onset: 1_800_000_000_000,
  drill: false,
  evidence: [],
  clock: { source: "ntp", offset_ms: 0 },
};

function parsed(more: object): boolean {
  return parseAlert(Buffer.from(JSON.stringify({ ...CLEARED, ...more }))).ok;
}

test("a clearing may say why, by a code that this version need not know, and by no text", () => {
  expect(parsed({})).toBe(true);
  expect(parsed({ reason: "device_removed" })).toBe(true);
  expect(parsed({ reason: "reason_of_a_later_gateway" })).toBe(true);
  expect(parsed({ reason: "because <b>I</b> say so" })).toBe(false);
  expect(parsed({ reason: "" })).toBe(false);
  expect(parsed({ reason: 7 })).toBe(false);
});

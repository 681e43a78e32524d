import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseFacility } from "@anhu/core/facility";
import { decodeFrame } from "../gb26875/frame.ts";
import { castOf } from "./cast.ts";
import { SCENARIOS } from "./index.ts";
import type { Deed, Given, Scenario, Step } from "./index.ts";

const text = readFileSync(new URL("../demo/facility.yaml", import.meta.url), "utf8");
const parsed = parseFacility(text);
if (!parsed.ok) throw new Error("the demo facility has mistakes");
const facility = parsed.value;
const lines = facility.gateways.flatMap((gateway) => gateway.lines);
const { devices } = facility;
/** 02:10 in Shanghai. */
const NIGHT = Date.UTC(2026, 10, 22, 18, 10);
const NOBODY: Given = { answers: [], arrive_s: 30 };
const scenarios = SCENARIOS.map((entry) => made(entry.name));
const known = [
  ...[...lines, ...devices].map(({ id }) => id),
  ...devices.map(({ address }) => `zigbee2mqtt/${address}`),
  "anhu-device/siren-1/reset",
];

test.each(scenarios)(
  "$name speaks only of what the demo facility has and holds what it plays on",
  (scenario) => {
    const { moments, cleanup, hold } = scenario;
    const named = moments.flatMap(({ step, expect: all }) => [
      ...all.flatMap((one) => ("device" in one ? [one.device] : [])),
      ...namesIn(step, hold),
    ]);
    const all = [...named, ...cleanup.flatMap((step) => namesIn(step, hold))];
    expect(all.filter((name) => !known.includes(name))).toEqual([]);
  },
);

test("every recorded frame of the panel is whole, but for those that are meant not to be", () => {
  const broken: string[] = [];
  for (const { name, step } of scenarios.flatMap(({ moments }) => moments)) {
    if (step?.do !== "frame" || step.line !== "panel") continue;
    const frame = decodeFrame(Buffer.from(step.hex.replaceAll(" ", ""), "hex"));
    if (!frame.ok) broken.push(`${name.en}: ${frame.error.reason}`);
  }
  expect(broken).toEqual([
    "B5 captured with a wrong checksum: bad_checksum",
    "A1_SPOILT smoke with a wrong checksum: bad_checksum",
  ]);
});

test("a moment that may take minutes says before it, not after, what it waits for", () => {
  const silent = scenarios.flatMap(({ moments }) =>
    moments.filter(({ expect: all, long }) => !long && all.some((one) => one.within_ms > 60_000)),
  );
  expect(silent.map(({ name }) => name.en)).toEqual([]);
});

describe("the unattended duty room", () => {
  test("calls the people of the shift that it is played in", () => {
    expect(castOf(facility, "r305", NIGHT)).toEqual({
      carers: ["s-01", "s-21"],
      dutyRoom: ["s-04", "s-05"],
      heads: ["s-09"],
      fireLeads: ["s-08"],
      rescueCentres: ["s-10"],
    });
    const day = castOf(facility, "r305", NIGHT + 12 * 3_600_000);
    expect([day.carers, day.dutyRoom]).toEqual([
      ["s-11", "s-31"],
      ["s-14", "s-15"],
    ]);
    // 20:00 in Shanghai: the night's people.
    expect(castOf(facility, "r305", Date.UTC(2026, 10, 22, 12)).carers).toEqual(["s-01", "s-21"]);
  });

  test.each<[string, Given["answers"], number | null]>([
    ["a role that is not called", [{ role: "doctor", after_s: 20 }], 30],
    ["an answer after it was said that nobody answers", [{ role: "head", after_s: 200 }], 30],
    ["an arrival after its limit", [{ role: "carer", after_s: 20 }], 119],
    [
      "two promises that are broken",
      [
        { role: "carer", after_s: 20 },
        { role: "head", after_s: 70 },
      ],
      null,
    ],
  ])("does not know %s", (_name, answers, arrive_s) => {
    const entry = SCENARIOS.find(({ name }) => name === "unattended-duty-room");
    expect(entry?.make({ answers, arrive_s }, facility, NIGHT)).toMatchObject({
      error: { reason: "bad_given" },
    });
  });

  test("cannot be played where nobody has a simulated phone", () => {
    const entry = SCENARIOS.find(({ name }) => name === "unattended-duty-room");
    const staff = facility.staff.filter(({ role }) => role !== "rescue-centre");
    expect(entry?.make(NOBODY, { ...facility, staff }, NIGHT)).toMatchObject({
      error: { reason: "nobody_to_call", detail: expect.stringContaining("rescue centre") },
    });
  });

  test("has every person called after the times of who comes before, whoever answers", () => {
    const limits = (scenario: Scenario) =>
      scenario.moments[0]?.expect.flatMap((one) =>
        one.expect === "called" ? [`${one.name.en} ${one.from_ms}-${one.within_ms}`] : [],
      );
    const head = { answers: [{ role: "head", after_s: 70 }], arrive_s: 30 } as const;
    expect(limits(made("unattended-duty-room", head))).toEqual([
      "the duty room is asked 0-5000",
      "the first carer's phone 0-5000",
      "every carer of the floor 0-10000",
      "the head 30000-60000",
      "the fire lead 30000-60000",
    ]);
  });
});

test("a scenario in which nobody's answer matters takes none", () => {
  const answers: Given["answers"] = [{ role: "carer", after_s: 20 }];
  expect(SCENARIOS[0]?.make({ answers, arrive_s: 30 }, facility, NIGHT)).toMatchObject({
    error: { reason: "bad_given" },
  });
});

function made(name: string, given: Given = NOBODY): Scenario {
  const scenario = SCENARIOS.find((one) => one.name === name)?.make(given, facility, NIGHT);
  if (scenario?.ok !== true) throw new Error(scenario?.error.detail);
  return scenario.value;
}

/** What a step speaks of; a wire that it plays on without holding it is marked. */
function namesIn(step: Step | Deed | null, hold: readonly string[]): string[] {
  const wire = (name: string) => (hold.includes(name) ? [] : [`${name} (not held)`]);
  switch (step?.do) {
    case undefined:
      return [];
    case "close":
    case "report":
      return [step.device];
    case "reset":
      return [step.line];
    case "frame":
      return [step.line, ...wire(step.line)];
    case "publish":
      return [step.topic, ...wire(step.identity)];
    default:
      return ["nothing"];
  }
}

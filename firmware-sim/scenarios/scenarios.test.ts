import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseFacility } from "@anhu/core/facility";
import { decodeFrame } from "../gb26875/frame.ts";
import { SCENARIOS } from "./index.ts";
import type { Step } from "./index.ts";

const text = readFileSync(new URL("../demo/facility.yaml", import.meta.url), "utf8");
const parsed = parseFacility(text);
const facility = parsed.ok ? parsed.value : undefined;
const lines = facility?.gateways.flatMap((gateway) => gateway.lines) ?? [];
const devices = facility?.devices ?? [];
const known = [
  ...[...lines, ...devices].map(({ id }) => id),
  ...devices.map(({ address }) => `zigbee2mqtt/${address}`),
  "anhu-device/siren-1/reset",
];

test.each(SCENARIOS)(
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
  for (const { name, step } of SCENARIOS.flatMap(({ moments }) => moments)) {
    if (step.do !== "frame" || step.line !== "panel") continue;
    const frame = decodeFrame(Buffer.from(step.hex.replaceAll(" ", ""), "hex"));
    if (!frame.ok) broken.push(`${name.en}: ${frame.error.reason}`);
  }
  expect(broken).toEqual([
    "B5 captured with a wrong checksum: bad_checksum",
    "A1_SPOILT smoke with a wrong checksum: bad_checksum",
  ]);
});

/** What a step speaks of; a wire that it plays on without holding it is marked. */
function namesIn(step: Step, hold: readonly string[]): string[] {
  const wire = (name: string) => (hold.includes(name) ? [] : [`${name} (not held)`]);
  switch (step.do) {
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

import { KINDS } from "@anhu/core/points";
import { expect, test } from "vitest";
import { WORDS } from "../words/index.ts";
import { lastText, unitOf, valueText } from "./reading.ts";

test("a value has its field's unit, and states are words", () => {
  expect(valueText(WORDS.zh, "temperature_c", 23.456)).toBe("23.5 °C");
  expect(valueText(WORDS.zh, "battery_pct", 87)).toBe("87%");
  expect(valueText(WORDS.zh, "count", 2)).toBe("2");
  expect(valueText(WORDS.zh, "present", true)).toBe("是");
  expect(valueText(WORDS.en, "stage", "suspected")).toBe("suspected");
});

test("every numeric field of the registry has a unit, or is a count", () => {
  const numbers = Object.values(KINDS).flatMap(({ fields }) =>
    Object.entries(fields).filter(([, type]) => type === "number"),
  );
  const bare = numbers.map(([field]) => field).filter((field) => unitOf(field) === "");
  expect([...new Set(bare)].toSorted()).toEqual(["count", "link_quality"]);
});

test("a device is told by its own kind's most telling field, not by its battery", () => {
  const device = { kind: "device", at: 2, fields: { battery_pct: 80 } };
  const radar = { kind: "occupancy", at: 1, fields: { distance_m: 1.5, present: true } };
  expect(lastText(WORDS.zh, { kind: "occupancy", last: [device, radar] })).toBe("有人：是");
  expect(lastText(WORDS.zh, { kind: "occupancy", last: [device] })).toBe(null);
});

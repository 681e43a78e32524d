import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexFacility, parseFacility } from "./index.ts";
import type { Facility } from "./index.ts";

const EXAMPLE = readFileSync(new URL("example.yaml.txt", import.meta.url), "utf8");

describe("the complete example", () => {
  test("is parsed exactly as it is written", () => {
    const facility = parsed(EXAMPLE);
    expect(facility.facility).toMatchObject({ id: "pt-licheng-0001", region: "350304", beds: 40 });
    expect(facility.facility.name).toEqual({ zh: "荔城示范养老院", en: "Licheng demo home" });
    expect(facility.residents).toEqual([
      {
        id: "p-7f3a",
        room: "r302",
        mobility: "wheelchair",
        two_people: true,
        limits: { heart_rate_bpm: [45, 120] },
      },
    ]);
    expect(facility.rota).toEqual([
      { shift: "night", from: "20:00", to: "08:00", people: ["s-01"], duty_room: ["s-05"] },
    ]);
    expect(facility.gateways[0]?.siren).toEqual({ topic: "anhu-device/siren-1/set" });
    expect(facility.devices).toHaveLength(2);
    expect(facility.policies).toBe("default");
  });
});

/** One edit of the example, and the one mistake that it makes. */
const MISTAKES: readonly [name: string, from: string, to: string, mistake: object][] = [
  [
    "an unknown key",
    "policies: default",
    "policies: default\npolicy: x",
    { path: "policy", reason: "unknown_key" },
  ],
  [
    "an unknown key deep down",
    "mobility: wheelchair",
    "mobile: yes",
    { path: "residents[0].mobile", reason: "unknown_key" },
  ],
  [
    "a hostile key",
    "mobility: wheelchair",
    "__proto__: { room: x }",
    { path: "residents[0].__proto__", reason: "unknown_key" },
  ],
  [
    "a missing list",
    "policies: default",
    "",
    { line: 1, path: "", reason: "missing_key", detail: "policies is missing" },
  ],
  ["a missing key", "kind: smoke, ", "", { path: "devices[0]", reason: "missing_key" }],
  [
    "a name in one language",
    ", en: Room 302",
    "",
    { path: "places[1].name", reason: "missing_key" },
  ],
  [
    "a number where a text belongs",
    'region: "350304"',
    "region: 350304",
    { path: "facility.region", reason: "wrong_type" },
  ],
  [
    "a text where a number belongs",
    "beds: 40",
    "beds: forty",
    { path: "facility.beds", reason: "wrong_type" },
  ],
  [
    "an absurd interval",
    "supervise_s: 3600",
    "supervise_s: 0",
    { path: "devices[0].supervise_s", reason: "bad_value" },
  ],
  [
    "an id in capitals",
    "id: smoke-302",
    "id: Smoke-302",
    { path: "devices[0].id", reason: "bad_id" },
  ],
  [
    "an id over 32 long",
    "id: smoke-302",
    `id: ${"a".repeat(33)}`,
    { path: "devices[0].id", reason: "bad_id" },
  ],
  [
    "two devices with one id",
    "id: pendant-7f3a",
    "id: smoke-302",
    { path: "devices[1].id", reason: "duplicate_id" },
  ],
  [
    "a device with the id of a line",
    "id: pendant-7f3a",
    "id: panel",
    { path: "devices[1].id", reason: "duplicate_id" },
  ],
  [
    "two sources of one driver without ids",
    "{ driver: native, base: anhu-device }",
    "{ driver: native, base: anhu-device }, { driver: native, base: b }",
    { path: "gateways[0].mqtt.sources[2].driver", reason: "duplicate_id" },
  ],
  [
    "a place in no place",
    "kind: bedroom, in: f3",
    "kind: bedroom, in: f9",
    { path: "places[1].in", reason: "unknown_reference" },
  ],
  [
    "a place inside itself",
    "kind: floor,",
    "kind: floor, in: f3,",
    { path: "places[0].in", reason: "place_cycle" },
  ],
  [
    "a resident in no room",
    "p-7f3a, room: r302",
    "p-7f3a, room: toString",
    { path: "residents[0].room", reason: "bad_id" },
  ],
  [
    "a resident in an unknown room",
    "p-7f3a, room: r302",
    "p-7f3a, room: constructor",
    { path: "residents[0].room", reason: "unknown_reference" },
  ],
  [
    "a device in an unknown room",
    "kind: smoke, room: r302",
    "kind: smoke, room: r303",
    { path: "devices[0].room", reason: "unknown_reference" },
  ],
  [
    "a device on an unknown line",
    "line: panel",
    "line: panel-2",
    { path: "devices[0].line", reason: "unknown_reference" },
  ],
  [
    "a device of an unknown source",
    "source: native",
    "source: zigbee",
    { path: "devices[1].source", reason: "unknown_reference" },
  ],
  [
    "a device of an unknown resident",
    "resident: p-7f3a",
    "resident: p-0000",
    { path: "devices[1].resident", reason: "unknown_reference" },
  ],
  [
    "a line in an unknown room",
    "ld2410, room: r302",
    "ld2410, room: r309",
    { path: "gateways[0].lines[1].room", reason: "unknown_reference" },
  ],
  [
    "a shift of strangers",
    "people: [s-01]",
    "people: [s-01, s-02]",
    { path: "rota[0].people[1]", reason: "unknown_reference" },
  ],
  [
    "a siren on no source",
    "siren: { topic: anhu-device/",
    "siren: { topic: other/",
    { path: "gateways[0].siren.topic", reason: "unknown_reference" },
  ],
  [
    "an unknown kind",
    "kind: smoke",
    "kind: __proto__",
    { path: "devices[0].kind", reason: "unknown_kind" },
  ],
  [
    "an unknown driver",
    "driver: ld2410",
    "driver: toaster",
    { path: "gateways[0].lines[1].driver", reason: "unknown_driver" },
  ],
  [
    "a device on a line and a source",
    "line: panel",
    "line: panel, source: native",
    { path: "devices[0].source", reason: "unknown_key" },
  ],
  ["a device on nothing", "line: panel, ", "", { path: "devices[0]", reason: "missing_key" }],
  [
    "a line without an end",
    "path: /dev/ttyS2, ",
    "",
    { path: "gateways[0].lines[1]", reason: "missing_key" },
  ],
  [
    "two lines on one port",
    "/dev/ttyS2",
    "/dev/ttyS1",
    { path: "gateways[0].lines[1].path", reason: "duplicate_address" },
  ],
  [
    "a base topic with a wildcard",
    "base: zigbee2mqtt",
    'base: "zigbee2mqtt/#"',
    { path: "gateways[0].mqtt.sources[0].base", reason: "bad_topic" },
  ],
  [
    "an address with a wildcard",
    "address: wb-0042",
    'address: "+"',
    { path: "devices[1].address", reason: "bad_topic" },
  ],
  [
    "a port that is none",
    "path: /dev/ttyS2",
    'tcp: "10.0.0.1:65536"',
    { path: "gateways[0].lines[1].tcp", reason: "bad_value" },
  ],
  ["an impossible time", '"20:00"', '"25:00"', { path: "rota[0].from", reason: "bad_time" }],
  [
    "an unknown timezone",
    "Asia/Shanghai",
    "Asia/Putian",
    { path: "facility.timezone", reason: "bad_timezone" },
  ],
  [
    "limits the wrong way round",
    "[45, 120]",
    "[120, 45]",
    { path: "residents[0].limits.heart_rate_bpm", reason: "bad_value" },
  ],
  [
    "a key twice",
    "policies: default",
    "policies: default\npolicies: default",
    { reason: "duplicate_key" },
  ],
  [
    "a quote that is not closed",
    "policies: default",
    'policies: "default',
    { line: 25, reason: "bad_yaml" },
  ],
  [
    "an alias that leads nowhere",
    "policies: default",
    "policies: *nowhere",
    { line: 1, reason: "bad_yaml" },
  ],
  [
    "a tag of another language",
    "policies: default",
    "policies: !!js/function x",
    { reason: "bad_yaml" },
  ],
];

describe("a mistake is named with its line and path", () => {
  test.each(MISTAKES)("%s", (_name, from, to, mistake) => {
    expect(EXAMPLE).toContain(from);
    const file = EXAMPLE.replace(from, to);
    const line = changedLine(file);
    expect(mistakesOf(file)).toMatchObject([{ line, ...mistake }]);
  });

  test("each place of a cycle, and none that only leads into it", () => {
    const cycle = EXAMPLE.replace("kind: floor,", "kind: floor, in: r302,");
    expect(mistakesOf(cycle)).toMatchObject([
      { line: 4, path: "places[0].in", reason: "place_cycle" },
      { line: 5, path: "places[1].in", reason: "place_cycle" },
    ]);
  });

  test("two devices on one address", () => {
    const twin =
      '  - { id: smoke-303, kind: smoke, line: panel, address: "1/1/0x0002000a" }\npolicies';
    expect(mistakesOf(EXAMPLE.replace("policies", twin))).toMatchObject([
      { path: "devices[2].address", reason: "duplicate_address" },
    ]);
  });

  test.each([
    ["06:00", "12:00"],
    ["19:00", "21:00"],
    ["12:00", "12:00"],
  ])("a shift %s-%s beside the night", (from, to) => {
    const shift = `  - { shift: day, from: "${from}", to: "${to}", people: [] }\ngateways:`;
    expect(mistakesOf(EXAMPLE.replace("gateways:", shift))).toMatchObject([
      { path: "rota[1].from", reason: "overlapping_shifts" },
    ]);
  });

  test("a shift that begins when the other ends is none", () => {
    const shift = '  - { shift: day, from: "08:00", to: "20:00", people: [] }\ngateways:';
    expect(parsed(EXAMPLE.replace("gateways:", shift)).rota).toHaveLength(2);
  });

  test("every mistake of a file is listed at once, in the order of its lines", () => {
    const bad = EXAMPLE.replace("beds: 40", "beds: forty")
      .replace("in: f3, name: { zh: 302室", "in: f9, name: { zh: 302室")
      .replace("people: [s-01]", "people: [s-77]")
      .replace("driver: ld2410", "driver: toaster")
      .replace("id: smoke-302", "id: SMOKE");
    expect(mistakesOf(bad).map(({ line, reason }) => [line, reason])).toEqual([
      [2, "wrong_type"],
      [5, "unknown_reference"],
      [13, "unknown_reference"],
      [18, "unknown_driver"],
      [22, "bad_id"],
    ]);
  });
});

test("a hundred mistakes are a hundred, and a file of 20,000 foreign keys or nested places takes no minutes", () => {
  const devices = Array.from({ length: 25 }, (_, i) => `  - { id: X${i}, kind: sofa }\n`).join("");
  const many = EXAMPLE.replace("policies", `${devices}policies`);
  expect(mistakesOf(many)).toHaveLength(100);
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n");
  expect(mistakesOf(keys).length).toBeGreaterThanOrEqual(1_000);
  const places = Array.from({ length: 20_000 }, (_, i) => `- {id: p${i}, in: p${i + 1}}`);
  expect(mistakesOf(`places:\n${places.join("\n")}`).length).toBeGreaterThanOrEqual(1_000);
});

describe("a hostile file", () => {
  test("that is too large, or swells by aliases, or is nested without end is refused", () => {
    expect(mistakesOf(" ".repeat(1024 * 1024 + 1))).toMatchObject([{ reason: "too_large" }]);
    const rows = ["a: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 9; i++) rows.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`);
    expect(mistakesOf(rows.join("\n"))).toMatchObject([{ line: 1, reason: "bad_yaml" }]);
    expect(mistakesOf("[".repeat(50_000) + "]".repeat(50_000))).not.toEqual([]);
  });

  test.each(["", "null", "[]", "- 1", "42", "{}", "places: null\ndevices: 7"])(
    "%j is only wrong",
    (text) => {
      expect(mistakesOf(text)).not.toEqual([]);
    },
  );

  test("with hostile keys or values anywhere never throws and never changes what objects inherit", () => {
    const word = fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "places",
      "devices",
      "rota",
      "id",
      "in",
      "room",
      "people",
    );
    const tree = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        word,
        fc.integer(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        tie("map"),
      ),
      map: fc
        .array(fc.tuple(word, tie("any")), { maxLength: 4 })
        .map((pairs): unknown => Object.fromEntries(pairs)),
    }));
    fc.assert(
      fc.property(tree.map, (value) => {
        expect(parseFacility(JSON.stringify(value)).ok).toBe(false);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

describe("the index", () => {
  const index = indexFacility(parsed(EXAMPLE), "gw1");
  if (!index.ok) throw new Error(index.error.detail);
  const { devices, find } = index.value;

  test("knows declared devices and the one at the end of each line, with the room where people must go", () => {
    expect([...devices.values()].map(({ id, kind, room }) => [id, kind, room])).toEqual([
      ["panel", "fire_panel", "none"],
      ["radar-302", "occupancy", "r302"],
      ["smoke-302", "smoke", "r302"],
      ["pendant-7f3a", "fall", "r302"],
    ]);
  });

  test("finds a device by line or source and address", () => {
    expect(find("panel", "1/1/0x0002000a")?.id).toBe("smoke-302");
    expect(find("native", "wb-0042")?.id).toBe("pendant-7f3a");
    expect(find("panel", "uitd")?.id).toBe("panel");
    expect(find("panel", "1/1")?.id).toBe("panel");
    expect(find("radar-302", "whatever the driver says")?.id).toBe("radar-302");
  });

  test.each(["1/1/0x0002000b", "__proto__", "constructor", ""])(
    "does not know %j on the panel",
    (address) => {
      expect(find("panel", address)).toBeUndefined();
    },
  );

  test("refuses a gateway that the file does not have", () => {
    expect(indexFacility(parsed(EXAMPLE), "gw2")).toMatchObject({
      error: { reason: "unknown_gateway" },
    });
  });
});

/** The first line, 1-based, that is not as in the example. */
function changedLine(file: string): number {
  const lines = EXAMPLE.split("\n");
  return 1 + file.split("\n").findIndex((text, i) => text !== lines[i]);
}

function parsed(text: string): Facility {
  const result = parseFacility(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 1));
  return result.value;
}

function mistakesOf(text: string) {
  const result = parseFacility(text);
  return result.ok ? [] : result.error;
}

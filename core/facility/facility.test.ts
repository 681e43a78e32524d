import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFacility } from "./index.ts";
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

/** One edit of the example, and the one mistake that it makes: its reason and path. */
const MISTAKES: readonly [name: string, from: string, to: string, mistake: string][] = [
  ["an unknown key", "policies: default", "policies: default\npolicy: x", "unknown_key policy"],
  [
    "an unknown key deep down",
    "mobility: wheelchair",
    "mobile: yes",
    "unknown_key residents[0].mobile",
  ],
  [
    "policies that there are not",
    "policies: default",
    "policies: strict",
    "unknown_policies policies",
  ],
  [
    "a hostile key",
    "mobility: wheelchair",
    "__proto__: { room: x }",
    "unknown_key residents[0].__proto__",
  ],
  ["a missing key", "kind: smoke, ", "", "missing_key devices[0]"],
  ["a name in one language", ", en: Room 302", "", "missing_key places[1].name"],
  [
    "a number where a text belongs",
    'region: "350304"',
    "region: 350304",
    "wrong_type facility.region",
  ],
  ["a text where a number belongs", "beds: 40", "beds: forty", "wrong_type facility.beds"],
  ["an absurd interval", "supervise_s: 3600", "supervise_s: 0", "bad_value devices[0].supervise_s"],
  ["an id in capitals", "id: smoke-302", "id: Smoke-302", "bad_id devices[0].id"],
  ["an id over 32 long", "id: smoke-302", `id: ${"a".repeat(33)}`, "bad_id devices[0].id"],
  ["two devices with one id", "id: pendant-7f3a", "id: smoke-302", "duplicate_id devices[1].id"],
  ["a device with the id of a line", "id: pendant-7f3a", "id: panel", "duplicate_id devices[1].id"],
  [
    "two sources of one driver without ids",
    "{ driver: native, base: anhu-device }",
    "{ driver: native, base: anhu-device }, { driver: native, base: b }",
    "duplicate_id gateways[0].mqtt.sources[2].driver",
  ],
  [
    "a place in no place",
    "kind: bedroom, in: f3",
    "kind: bedroom, in: f9",
    "unknown_reference places[1].in",
  ],
  ["a place inside itself", "kind: floor,", "kind: floor, in: f3,", "place_cycle places[0].in"],
  [
    "a resident in no room",
    "p-7f3a, room: r302",
    "p-7f3a, room: toString",
    "bad_id residents[0].room",
  ],
  [
    "a resident in an unknown room",
    "p-7f3a, room: r302",
    "p-7f3a, room: constructor",
    "unknown_reference residents[0].room",
  ],
  [
    "a device in an unknown room",
    "kind: smoke, room: r302",
    "kind: smoke, room: r303",
    "unknown_reference devices[0].room",
  ],
  [
    "a device on an unknown line",
    "line: panel",
    "line: panel-2",
    "unknown_reference devices[0].line",
  ],
  [
    "a device of an unknown source",
    "source: native",
    "source: zigbee",
    "unknown_reference devices[1].source",
  ],
  [
    "a device of an unknown resident",
    "resident: p-7f3a",
    "resident: p-0000",
    "unknown_reference devices[1].resident",
  ],
  [
    "a line in an unknown room",
    "ld2410, room: r302",
    "ld2410, room: r309",
    "unknown_reference gateways[0].lines[1].room",
  ],
  [
    "a shift of strangers",
    "people: [s-01]",
    "people: [s-01, s-02]",
    "unknown_reference rota[0].people[1]",
  ],
  ["a role that there is not", "role: carer", "role: cook", "unknown_role staff[0].role"],
  ["a role of every object", "role: carer", "role: constructor", "unknown_role staff[0].role"],
  [
    "a carer of an unknown floor",
    "role: carer, floor: f3",
    "role: carer, floor: f4",
    "unknown_reference staff[0].floor",
  ],
  [
    "a carer of an unknown room",
    "role: carer, floor: f3",
    "role: carer, floor: f3, rooms: [r302, r399]",
    "unknown_reference staff[0].rooms[1]",
  ],
  [
    "a channel that there is not",
    'webhook: "http://127.0.0.1:9101/phone"',
    'sms: "13800000000"',
    "unknown_channel staff[0].channels[0].sms",
  ],
  [
    "a channel of every object",
    'webhook: "http://127.0.0.1:9101/phone"',
    "__proto__: x",
    "unknown_channel staff[0].channels[0].__proto__",
  ],
  [
    "a channel without an address",
    '{ webhook: "http://127.0.0.1:9101/phone" }',
    "{}",
    "missing_key staff[0].channels[0]",
  ],
  [
    "two channels in one entry",
    '{ webhook: "http://127.0.0.1:9101/phone" }',
    '{ webhook: "http://127.0.0.1:9101/phone", email: "a@b.cn" }',
    "unknown_key staff[0].channels[0].email",
  ],
  [
    "a webhook of another protocol",
    "http://127.0.0.1:9101/phone",
    "file:///etc/passwd",
    "bad_value staff[0].channels[0].webhook",
  ],
  [
    "a webhook with a password in it",
    "http://127.0.0.1:9101/phone",
    "http://me:secret@127.0.0.1:9101/phone",
    "bad_value staff[0].channels[0].webhook",
  ],
  [
    "an e-mail address that is none",
    'webhook: "http://127.0.0.1:9101/phone"',
    'email: "Head <head@example.cn>"',
    "bad_value staff[0].channels[0].email",
  ],
  [
    "a siren on no source",
    "siren: { topic: anhu-device/",
    "siren: { topic: other/",
    "unknown_reference gateways[0].siren.topic",
  ],
  ["an unknown kind", "kind: smoke", "kind: __proto__", "unknown_kind devices[0].kind"],
  [
    "an unknown driver",
    "driver: ld2410",
    "driver: toaster",
    "unknown_driver gateways[0].lines[1].driver",
  ],
  [
    "a device on a line and a source",
    "line: panel",
    "line: panel, source: native",
    "unknown_key devices[0].source",
  ],
  ["a device on nothing", "line: panel, ", "", "missing_key devices[0]"],
  ["a line without an end", "path: /dev/ttyS2, ", "", "missing_key gateways[0].lines[1]"],
  [
    "two lines on one port",
    "/dev/ttyS2",
    "/dev/ttyS1",
    "duplicate_address gateways[0].lines[1].path",
  ],
  [
    "two sources of one base topic",
    "base: zigbee2mqtt",
    "base: anhu-device",
    "duplicate_address gateways[0].mqtt.sources[1].base",
  ],
  [
    "a base topic within another",
    "base: zigbee2mqtt",
    "base: anhu-device/siren-1",
    "duplicate_address gateways[0].mqtt.sources[0].base",
  ],
  [
    "a base topic with a wildcard",
    "base: zigbee2mqtt",
    'base: "zigbee2mqtt/#"',
    "bad_topic gateways[0].mqtt.sources[0].base",
  ],
  [
    "an address with a wildcard",
    "address: wb-0042",
    'address: "+"',
    "bad_topic devices[1].address",
  ],
  [
    "a port that is none",
    "path: /dev/ttyS2",
    'tcp: "10.0.0.1:65536"',
    "bad_value gateways[0].lines[1].tcp",
  ],
  ["an impossible time", '"20:00"', '"25:00"', "bad_time rota[0].from"],
  ["an unknown timezone", "Asia/Shanghai", "Asia/Putian", "bad_timezone facility.timezone"],
  [
    "limits the wrong way round",
    "[45, 120]",
    "[120, 45]",
    "bad_value residents[0].limits.heart_rate_bpm",
  ],
  ["a key twice", "policies: default", "policies: default\npolicies: default", "duplicate_key "],
  ["a tag of another language", "policies: default", "policies: !!js/function x", "bad_yaml "],
];

describe("a mistake is named with its line and path", () => {
  test.each(MISTAKES)("%s", (_name, from, to, mistake) => {
    expect(EXAMPLE).toContain(from);
    const file = EXAMPLE.replace(from, to);
    const found = mistakesOf(file).map(({ line, reason, path }) => [line, `${reason} ${path}`]);
    expect(found).toEqual([[changedLine(file), mistake]]);
  });

  test.each([
    ["policies: default", "", { line: 1, path: "", detail: "policies is missing" }],
    ["policies: default", 'policies: "default', { line: 25, reason: "bad_yaml" }],
    ["policies: default", "policies: *nowhere", { line: 1, reason: "bad_yaml" }],
  ])("%s -> %s: on the line where it was noticed", (from, to, mistake) => {
    expect(mistakesOf(EXAMPLE.replace(from, to))).toMatchObject([mistake]);
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

  test("a shift that ends at midnight is none beside the one that begins there", () => {
    const night = EXAMPLE.replace('from: "20:00", to: "08:00"', 'from: "12:00", to: "00:00"');
    const shift = '  - { shift: day, from: "00:00", to: "12:00", people: [] }\ngateways:';
    expect(parsed(night.replace("gateways:", shift)).rota).toHaveLength(2);
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

test("a hundred mistakes are a hundred, and a file of 20,000 foreign keys takes no minutes", () => {
  const devices = Array.from({ length: 25 }, (_, i) => `  - { id: X${i}, kind: sofa }\n`).join("");
  const many = EXAMPLE.replace("policies", `${devices}policies`);
  expect(mistakesOf(many)).toHaveLength(100);
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n");
  expect(mistakesOf(keys).length).toBeGreaterThanOrEqual(1_000);
});

test("10,000 places inside each other are looked at in linear time", () => {
  const places = Array.from({ length: 10_000 }, (_, i) => `- {id: p${i}, in: p${i + 1}}`);
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

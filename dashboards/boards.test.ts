import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { STAFF_ROLES } from "@anhu/core/facility";
import { COMMON_FIELDS, KINDS, RESPONSE_MEASUREMENTS } from "@anhu/core/points";
import { REQUIREMENTS } from "@anhu/core/requirements";
import { RULES } from "@anhu/core/rules";
import { generatedFiles } from "./files.ts";
import { arrange } from "./layout.ts";
import { EN } from "./words/en.ts";
import { ZH } from "./words/zh.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { x: number; y: number; w: number; h: number };
  readonly targets?: readonly { query: string; rawQuery: boolean; alias?: string }[];
}

const files = generatedFiles();
const boards = Object.fromEntries(
  files
    .filter(({ path }) => path.endsWith(".json"))
    .map(({ path, text }) => [path.split("/")[1] ?? "", JSON.parse(text) as { panels: Panel[] }]),
);

function panelsOf(language: string): Panel[] {
  const panels = boards[language]?.panels.filter(({ type }) => type !== "row") ?? [];
  expect(panels.length).toBeGreaterThan(20);
  return panels;
}

test.each(files)("$path is committed as this code writes it (node dashboards/main.ts)", (file) => {
  expect(readFileSync(new URL(file.path, import.meta.url), "utf8")).toBe(file.text);
});

test.each(["zh", "en"])(
  "%s: panels have ids of their own, and fill the grid without a hole",
  (language) => {
    const all = boards[language]?.panels ?? [];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    const bottom = Math.max(...all.map(({ gridPos: { y, h } }) => y + h));
    expect(cells.length).toBe(24 * bottom);
  },
);

test("a line of panels that is not 24 columns wide is a mistake", () => {
  expect(() => arrange([12, 6], 0)).toThrow(/18 columns/);
  expect(() => arrange([12, 16], 0)).toThrow(/28 columns/);
});

test("both boards ask the same questions, in the same places", () => {
  const shape = (language: string): unknown =>
    panelsOf(language).map(({ id, type, gridPos, targets }) => ({
      id,
      type,
      gridPos,
      queries: targets?.map(({ query }) => query),
    }));
  expect(shape("zh")).toEqual(shape("en"));
});

test("every panel names requirements that there are", () => {
  const known = new Set(REQUIREMENTS.map(({ id }) => id));
  for (const { title, description = "" } of [...panelsOf("zh"), ...panelsOf("en")]) {
    const named = description.match(/R\d\d/g) ?? [];
    expect(named.length, title).toBeGreaterThan(0);
    expect(
      named.filter((id) => !known.has(id)),
      title,
    ).toEqual([]);
  }
});

/** Every text that a reader sees. */
function textsOf(language: string): string[] {
  const seen: string[] = [];
  const SHOWN = /^(title|description|label|alias|text|noValue|unit)$/;
  const walk = (value: unknown, key: string): void => {
    if (typeof value === "string" && SHOWN.test(key)) seen.push(value);
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      walk(inner, key === "renameByName" ? "text" : name);
    }
  };
  walk(boards[language], "");
  expect(seen.length).toBeGreaterThan(100);
  return seen;
}

test("each board is in one language", () => {
  const notWords = /\$tag_\w+|R\d\d|suffix:|^(celsius|percent|pressurekpa|s)$/g;
  const latin = textsOf("zh").filter((text) => /[A-Za-z]/.test(text.replaceAll(notWords, "")));
  expect(latin).toEqual([]);
  expect(textsOf("en").filter((text) => /\p{Script=Han}/u.test(text))).toEqual([]);
});

test("every name in a query is one of the registry: a field that is renamed there turns this red", () => {
  const specs = { ...KINDS, ...RESPONSE_MEASUREMENTS };
  const fields = Object.values(specs).flatMap((spec) => Object.keys(spec.fields));
  const tags = [
    "facility",
    "room",
    "device",
    "kind",
    "class",
    "severity",
    "channel",
    "role",
    "purpose",
  ];
  const known = new Set([...Object.keys(specs), ...fields, ...Object.keys(COMMON_FIELDS), ...tags]);
  for (const { title, targets = [] } of panelsOf("en")) {
    for (const { query } of targets) {
      const made = [...query.matchAll(/AS "(\w+)"/g)].map((match) => match[1]);
      const names = [...query.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? "");
      const listed = [...(/FROM \/\^\(([^)]*)\)\$\//.exec(query)?.[1]?.split("|") ?? [])];
      const strange = [...names, ...listed].filter(
        (name) => !known.has(name) && !made.includes(name),
      );
      expect(strange, `${title}: ${query}`).toEqual([]);
      expect(query).toContain('"facility" =~ /^$facility$/');
    }
  }
});

test("what stands in tables has words in both languages", () => {
  // The last three are what response finds itself.
  const own = ["gateway-silent", "channel-failed", "duty-room-unattended"];
  const kinds = [...RULES.map(({ group }) => group.kind), ...own];
  for (const words of [ZH, EN]) {
    for (const value of [...STAFF_ROLES, ...kinds])
      expect(words.values, value).toHaveProperty(value);
  }
});

test("no secret stands in what is provisioned", () => {
  const provisioned = files.filter(({ path }) => path.startsWith("provisioning/"));
  for (const { text } of provisioned) {
    const secrets = [...text.matchAll(/^\s+(password|token|httpHeaderValue1|user): *(.*)$/gm)];
    for (const [, , value] of secrets) expect(value).toMatch(/^\$(__file\{|ANHU_)/);
  }
});

/**
 * Holds docs/errors.md to the code, both ways. A code is found where one of FORMS is written, or in one of LISTS; a new way
 * of writing one down is a new line there, and a line that finds nothing any more is a mistake too.
 */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { expect, test } from "vitest";

interface Form {
  /** How it looks in the code. */
  readonly form: string;
  /** Its group 1 is the code. */
  readonly pattern: RegExp;
  /** Only in files whose path begins so. */
  readonly within?: string;
}

const CODE = '"([a-z][a-z0-9_]*)"';

/** A call with a code as its argument number `position`, 1-based. */
function call(name: string, position = 1, within?: string): Form {
  const before = "[^(),]+,\\s*".repeat(position - 1);
  return written(
    `${name}(${"..., ".repeat(position - 1)}"code"`,
    `(?<![\\w$])${name}\\(\\s*${before}${CODE}`,
    within,
  );
}

function written(form: string, pattern: string, within?: string): Form {
  return { form, pattern: new RegExp(pattern, "g"), ...(within === undefined ? {} : { within }) };
}

const FORMS: readonly Form[] = [
  call("refuse"),
  call("refuse", 2, "edge/pipeline/"),
  call("refused"),
  call("refused", 2, "firmware-sim/phones/"),
  call("refuseWhole", 1, "core/facility/"),
  call("new AnhuError"),
  call("configError", 1, "edge/"),
  call("problem", 1, "firmware-sim/"),
  call("wrong", 1, "ingest/config.ts"),
  call("failure", 1, "response/intake/mqtt.ts"),
  call("misuse", 1, "cli/setup/index.ts"),
  call("backupError", 1, "cli/backup/"),
  call("outboxError", 1, "edge/outbox/"),
  call("readOrThrow", 2, "edge/main.ts"),
  call("deny", 1, "edge/drivers/"),
  call("report", 1, "edge/drivers/"),
  call("again", 2, "edge/drivers/"),
  call("dropped", 2, "edge/pipeline/"),
  call("failed", 1, "edge/lines/"),
  call("failed", 1, "response/channels/"),
  call("retry", 1, "response/channels/"),
  call("unmatched", 2, "response/commands/"),
  call("complaint", 1, "core/facility/"),
  call("oneOf", 2, "core/facility/"),
  call("mistake", 2, "core/facility/"),
  call("count", 1, "response/intake/"),
  written('return "code"', `\\breturn ${CODE};`, "response/channels/take.ts"),
  written('reason: "code"', `\\breason: ${CODE}`),
  written('reason ?? "code"', `\\breason \\?\\? ${CODE}`),
  written('bad: "code"', `\\bbad: ${CODE}`, "edge/drivers/"),
  written('found(..., ["code"', `\\bfound\\([^[]*\\[\\s*${CODE},`, "core/facility/"),
  written('a code of a line: "line_..."', '"(line_[a-z]+)"', "edge/lines/"),
  written('ok: false, detail: "code"', `ok: false, detail: ${CODE}`, "edge/uplink/"),
];

/** Where AnhuErrors are made with a code from elsewhere: of one of FORMS (`code`), or of another error that is passed on. */
const PASSED_ON: readonly string[] = [
  "cli/problems/index.ts: code",
  "cli/setup/index.ts: code",
  "cli/start/ports.ts: thrown.code",
  "edge/lines/serial.ts: codeOf(error)",
  "edge/main.ts: code",
  "edge/mistakes.ts: code",
  "edge/outbox/outbox.ts: code",
  "firmware-sim/main.ts: code",
  "firmware-sim/plant/open.ts: code",
  "ingest/config.ts: code",
  "response/intake/mqtt.ts: code",
];

interface List {
  readonly path: string;
  /** Begins and ends the list. */
  readonly from: string;
  readonly to: string;
  /** Finds each code of it as group 1. */
  readonly each: RegExp;
}

const LITERAL = new RegExp(CODE, "g");
const KEY = /\b([a-z][a-z0-9_]*):/g;

/** Closed lists: each value is a code. */
const LISTS: readonly List[] = [
  { path: "broker/reasons.ts", from: "REASONS = [", to: "]", each: LITERAL },
  { path: "cli/backup/errors.ts", from: "type BackupReason =", to: ";", each: LITERAL },
  { path: "core/ledger/verify.ts", from: "readonly reason:", to: ";", each: LITERAL },
  { path: "core/line-protocol/reader.ts", from: "type LineReason =", to: ";", each: LITERAL },
  {
    path: "core/line-protocol/parse.ts",
    from: "readonly reason:",
    to: ";",
    each: /\| "([a-z_]+)"/g,
  },
  { path: "core/wire/alert.ts", from: "type ClearReason =", to: ";", each: LITERAL },
  { path: "edge/outbox/keeper.ts", from: "#dropped = {", to: "}", each: KEY },
  { path: "ingest/check/line.ts", from: "type LineCode =", to: ";", each: LITERAL },
  { path: "ingest/intake/intake.ts", from: "type BatchCode =", to: ";", each: LITERAL },
  { path: "response/http/problem.ts", from: "PROBLEMS = {", to: "}", each: KEY },
];

const sources = await readSources();
const documented = codesOf(readFileSync("docs/errors.md", "utf8"));
const found = new Map([...FORMS.flatMap(foundByForm), ...LISTS.flatMap(foundInList)]);

test("many codes were seen, and every form and list finds some, so that a blind walk cannot pass", () => {
  expect(found.size).toBeGreaterThan(100);
  expect(FORMS.filter((form) => foundByForm(form).length === 0).map(({ form }) => form)).toEqual(
    [],
  );
  expect(LISTS.filter((list) => foundInList(list).length === 0).map(({ path }) => path)).toEqual(
    [],
  );
});

test("no AnhuError is made in a way that this file does not know", () => {
  const made = sources.flatMap(({ path, text }) =>
    matches(text, /new AnhuError\(\s*([^",]+),/g).map((code) => `${path}: ${code}`),
  );
  expect([...new Set(made)].toSorted()).toEqual(PASSED_ON);
});

test("every code of the source stands in docs/errors.md", () => {
  const missing = [...found].filter(([code]) => !documented.has(code));
  expect(missing.map(([code, where]) => `${code} (${where})`)).toEqual([]);
});

test("every code of docs/errors.md is one of the source", () => {
  expect([...documented].filter((code) => !found.has(code))).toEqual([]);
});

test("a code stands once under its heading", () => {
  for (const section of readFileSync("docs/errors.md", "utf8").split(/^## /m)) {
    const rows = rowsOf(section);
    expect(rows.length, section.split("\n")[0]).toBe(new Set(rows).size);
  }
});

function foundByForm({ pattern, within = "" }: Form): [code: string, where: string][] {
  return sources
    .filter(({ path }) => path.startsWith(within))
    .flatMap(({ path, text }) =>
      matches(text, pattern).map((code): [string, string] => [code, path]),
    );
}

function foundInList({ path, from, to, each }: List): [code: string, where: string][] {
  const text = sources.find((source) => source.path === path)?.text ?? "";
  const start = text.indexOf(from);
  if (start < 0) return [];
  const end = text.indexOf(to, start + from.length);
  return matches(text.slice(start + from.length, end), each).map((code) => [code, path]);
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function codesOf(document: string): ReadonlySet<string> {
  return new Set(rowsOf(document));
}

/** The first cell of each row of a table. */
function rowsOf(document: string): string[] {
  return matches(document, /^\| `([a-z0-9_]+)` *\|/gm);
}

/** What is delivered: no tests, and nothing that only tests use. */
async function readSources(): Promise<{ path: string; text: string }[]> {
  const read: { path: string; text: string }[] = [];
  const files = glob("{core,broker,edge,ingest,response,console,firmware-sim,cli}/**/*.{ts,tsx}", {
    exclude: (name) => name.includes("node_modules"),
  });
  for await (const path of files) {
    if (/\.test\.ts$|\/testing\/|\/contract\.ts$/.test(path)) continue;
    read.push({ path, text: readFileSync(path, "utf8") });
  }
  return read;
}

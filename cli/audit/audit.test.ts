import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { ledgerEntry } from "@anhu/core/ledger";
import { FakeClock } from "@anhu/core/time";
import { runExport } from "./export.ts";
import { runVerify } from "./verify.ts";

const folder = mkdtempSync(join(tmpdir(), "anhu-audit-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly seq: number;
  readonly entry: string;
  readonly leaf: string;
}

function log(facility: string, length: number): Line[] {
  const lines: Line[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const prev = lines.at(-1)?.leaf ?? null;
    // A line separator of Unicode ends no line of this file.
    const data = { note: "烟\u2028感", n: seq };
    const type = "alert_raised";
    const made = ledgerEntry({
      facility,
      seq,
      at: 1_000 + seq,
      actor: "response",
      type,
      data,
      prev,
    });
    lines.push({ seq, entry: made.canonical, leaf: made.leaf });
  }
  return lines;
}

async function verify(
  lines: readonly (Line | string)[],
  options: { heads?: string[]; lang?: string } = {},
) {
  const file = join(folder, "log.jsonl");
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  writeFileSync(file, texts.map((text) => `${text}\n`).join(""));
  const said: string[] = [];
  const sink = { write: (text: string) => said.push(text) };
  const code = await runVerify({
    file,
    heads: options.heads ?? [],
    clock: new FakeClock(0),
    env: { LANG: options.lang ?? "C.UTF-8" },
    out: sink,
    err: sink,
  });
  return { code, said: said.join("") };
}

test("an untouched log passes, as the API gives it and as plain entries, and its head is said", async () => {
  const lines = log("f1", 4);
  for (const form of [lines, lines.map(({ entry }) => entry)]) {
    const { code, said } = await verify(form);
    expect(said).toContain(`f1/4/${lines.at(-1)?.leaf}`);
    expect(code).toBe(0);
  }
});

test("whatever entry is changed, in an export or plainly, is named", async () => {
  const lines = log("f1", 5);
  for (const [index, line] of lines.entries()) {
    const entry = line.entry.replace("烟", "火");
    const { code, said } = await verify(lines.with(index, { ...line, entry }));
    expect(code).toBe(1);
    expect(said).toContain(`entry ${index + 1} was changed`);
  }
  const plain = lines.map(({ entry }) => entry);
  const touched = await verify(plain.with(1, plain[1]?.replace("烟", "火") ?? ""));
  expect(touched).toMatchObject({ code: 1, said: expect.stringContaining("entry 2 was changed") });
});

test("a missing, a moved, a repeated and a cut-off entry are named", async () => {
  const lines = log("f1", 5);
  const head = `f1/5/${lines.at(-1)?.leaf}`;
  const cases: [readonly Line[], string][] = [
    [lines.toSpliced(2, 1), "entry 3 is missing"],
    [lines.toSpliced(0, 1), "entry 1 is missing"],
    [lines.slice(0, 4), "entry 5 is missing"],
    [[], "entry 1 is missing"],
    [
      [...lines.slice(0, 2), ...lines.slice(3, 4), ...lines.slice(2, 3), ...lines.slice(4)],
      "entry 3 is not in its place",
    ],
    [lines.toSpliced(3, 0, ...lines.slice(0, 1)), "entry 4 is not in its place"],
  ];
  for (const [touched, finding] of cases) {
    const { code, said } = await verify(touched, { heads: [head] });
    expect(said).toContain(finding);
    expect(code).toBe(1);
  }
});

test("a first line that is no entry any more is a change of it, not a file of another kind", async () => {
  const lines = log("f1", 3);
  for (const first of ["", "hello", JSON.stringify(lines[0]).slice(0, 20)]) {
    const { code, said } = await verify([`${first}\ufffd`, ...lines.slice(1)]);
    expect(said).toContain("entry 1 was changed");
    expect(code).toBe(1);
  }
  expect(await verify(Array.from({ length: 2_000 }, () => "hello"))).toMatchObject({ code: 2 });
});

test("logs of several facilities in one file are verified each by itself, in any order between them", async () => {
  const [one, two] = [log("f1", 3), log("f2", 2)];
  const mixed = [one[0], two[0], one[1], two[1], one[2]].filter((line) => line !== undefined);
  expect(await verify(mixed)).toMatchObject({ code: 0 });
  const { code, said } = await verify(mixed.toSpliced(1, 1));
  expect(code).toBe(1);
  expect(said).toContain("ok    f1: 3 entries");
  expect(said).toContain("FAIL  f2: entry 1 is missing");
});

test("half a line at the end, bytes that are no text, and a line that numbers its entry otherwise are changes", async () => {
  const lines = log("f1", 3);
  const half = JSON.stringify(lines[2]).slice(0, 40);
  const renumbered = { ...lines[2], seq: 9, entry: lines[2]?.entry ?? "", leaf: "" };
  for (const last of [half, "\ufffd", renumbered]) {
    const { code, said } = await verify([...lines.slice(0, 2), last]);
    expect(said).toContain("entry 3 was changed");
    expect(code).toBe(1);
  }
});

test("what is no log, is not there, or a head of another form is misuse", async () => {
  expect(await verify([])).toMatchObject({ code: 2 });
  expect(await verify(["hello"])).toMatchObject({ code: 2 });
  expect(await verify(log("f1", 1), { heads: ["f1/1"] })).toMatchObject({ code: 2 });
  const err: string[] = [];
  const code = await runVerify({
    file: join(folder, "none"),
    heads: [],
    clock: new FakeClock(0),
    env: {},
    out: { write: () => undefined },
    err: { write: (text) => err.push(text) },
  });
  expect({ code, said: err.join("") }).toMatchObject({
    code: 2,
    said: expect.stringContaining("none"),
  });
});

test("in a Chinese locale it speaks Chinese only", async () => {
  const { said } = await verify(log("f1", 3).toSpliced(1, 1), { lang: "zh_CN.UTF-8" });
  expect(said).toContain("第 2 条缺失");
  expect(said.replaceAll(/f1|ledger_\w+/g, "")).not.toMatch(/[a-z]/i);
});

test("a log is exported page by page with the machine's own token, and verifies", async () => {
  const lines = log("f1", 2_345);
  const seen = new Set<string | undefined>();
  let [size, isBroken] = [lines.length, false];
  const server = createServer((request, response) => {
    seen.add(request.headers.authorization);
    const url = new URL(request.url ?? "", "http://x");
    const from = Number(url.searchParams.get("from"));
    const items = lines.slice(from - 1, from - 1 + Number(url.searchParams.get("limit")));
    const known = url.pathname.endsWith("/f1");
    if (isBroken && from > 1) response.statusCode = 500;
    response.end(JSON.stringify({ items: known ? items : [], next: null, size: known ? size : 0 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const file = join(folder, "export.jsonl");
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "secrets", "api-token"), "token-of-a-test\n");
  const said: string[] = [];
  const common = {
    dataDir: folder,
    httpPort: port,
    clock: new FakeClock(0),
    env: {},
    out: new Writable({ write: (_chunk, _encoding, done) => done() }),
    err: { write: (text: string) => said.push(text) },
  };
  expect(await runExport({ ...common, facility: "f1", file })).toBe(0);
  expect([...seen]).toEqual(["Bearer token-of-a-test"]);
  expect(said.join("")).toContain(`f1/2345/${lines.at(-1)?.leaf}`);
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect(await verify(readFileSync(file, "utf8").trim().split("\n"))).toMatchObject({ code: 0 });
  expect(await runExport({ ...common, facility: "f9", file: undefined })).toBe(1);
  size += 3;
  expect(await runExport({ ...common, facility: "f1", file })).toBe(1);
  expect(said.at(-1)).toContain("ends at entry 2345, its head is 2348");
  isBroken = true;
  const broken = join(folder, "broken.jsonl");
  expect(await runExport({ ...common, facility: "f1", file: broken })).toBe(3);
  expect(readdirSync(folder).filter((name) => name.startsWith("broken"))).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
  expect(await runExport({ ...common, facility: "f1", file: undefined })).toBe(3);
  expect(said.at(-1)).toMatch(/not running.*ANHU_HTTP_PORT/);
  const chinese = { ...common, env: { LANG: "zh_CN.UTF-8" } };
  expect(await runExport({ ...chinese, facility: "f1", file: undefined })).toBe(3);
  expect(said.at(-1)).toMatch(/^台账导出失败：.*系统未运行/);
  expect(said.at(-1)).not.toMatch(/fetch/);
});

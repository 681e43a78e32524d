import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { expect, test } from "vitest";

/** The import table of docs/architecture.md: an arrow that is not here does not exist. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  broker: ["core"],
  edge: ["core", "broker"],
  ingest: ["core"],
  response: ["core"],
  dashboards: ["core"],
  // Of response only the types of its API.
  console: ["core", "response"],
  "firmware-sim": ["core"],
  cli: ["core", "broker", "edge", "ingest", "response", "firmware-sim"],
  test: ["core", "broker", "edge", "ingest", "response", "firmware-sim", "cli"],
};

const IMPORT =
  /(?:^|\n)(?:import|export)\b[^;'"]*?\bfrom\s*["']([^"']+)["']|(?:^|\n)import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
const IO =
  /^(?:node:)?(?:fs|net|http|https|child_process|worker_threads|dgram|tls|sqlite|os)(?:\/|$)/;

/** Beside the tests, for them alone. */
const FOR_TESTS =
  /(?:\.test|\/(?:contract|story|fixtures|memory|raw-client|crash-child))\.ts$|\/testing\//;
/** A process or thread begins here: only these may read the environment and the machine's clock. */
const ROOTS = /\/(?:main|worker)\.tsx?$/;

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = await readSources();

test("every room is seen, so that an empty walk cannot pass", () => {
  for (const room of Object.keys(MAY_IMPORT)) {
    expect(files.filter((file) => file.room === room).length, room).toBeGreaterThan(0);
  }
  expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(100);
});

test("arrows point one way", () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((specifier) => specifier.startsWith("@anhu/"))
      .map((specifier) => specifier.split("/")[1] ?? "")
      .filter((room) => room !== file.room && MAY_IMPORT[file.room]?.includes(room) !== true)
      .map((room) => `${file.path} imports ${room}`),
  );
  expect(wrong).toEqual([]);
});

test("no file reaches into another room by a path", () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => new URL(specifier, `file:///${file.path}`).pathname.slice(1))
      .filter((target) => target.split("/")[0] !== file.room)
      .map((target) => `${file.path} reaches ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("the console takes types from response, and nothing else", () => {
  const own = files.filter(({ room }) => room === "console");
  const taken = own.flatMap(
    ({ text }) => text.match(/^import .*(?:\n(?!import).*)*?"@anhu\/response\/.*$/gm) ?? [],
  );
  expect(taken.length).toBeGreaterThan(10);
  expect(taken.filter((line) => !line.startsWith("import type"))).toEqual([]);
});

test("core does no I/O", () => {
  const wrong = files
    .filter((file) => file.room === "core" && !FOR_TESTS.test(file.path))
    .flatMap((file) =>
      file.imports.filter((name) => IO.test(name)).map((name) => `${file.path}: ${name}`),
    );
  expect(wrong).toEqual([]);
});

test("only composition roots read the environment or make the machine's clock", () => {
  const wrong = files
    .filter((file) => file.room !== "test" && !FOR_TESTS.test(file.path) && !ROOTS.test(file.path))
    .filter((file) => !file.path.startsWith("core/time/"))
    .filter((file) => /\bprocess\.env\b|\bsystemClock\(|\bDate\.now\(/.test(file.text))
    .map((file) => file.path);
  expect(wrong).toEqual([]);
});

async function readSources(): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for await (const path of glob(
    "{core,broker,edge,ingest,response,dashboards,console,firmware-sim,cli,test}/**/*.{ts,tsx}",
    {
      exclude: (name) => name.includes("node_modules") || name === "dist",
    },
  )) {
    const text = readFileSync(path, "utf8");
    const imports = [...text.matchAll(IMPORT)].map(
      (match) => match[1] ?? match[2] ?? match[3] ?? "",
    );
    found.push({ path, room: path.split("/")[0] ?? "", text, imports });
  }
  return found;
}

/** Archives that somebody made by hand: each is refused with what is wrong in it, and nothing is touched. */
import { createHash } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { runRestore } from "./index.ts";

let folder: string;
let work: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-crafted-"));
  work = join(folder, "work");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CLAIM = { "installation.json": '{"mode":"real","lan":null}' };

interface Craft {
  /** In the data directory; each stands in the manifest too. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files and folders of the archive that the manifest does not name. */
  readonly also?: Readonly<Record<string, string>>;
  /** Only in the manifest. */
  readonly named?: readonly string[];
  readonly manifest?: object;
  /** Called with the folder before it is packed. */
  readonly plant?: (data: string) => void;
  /** What is packed, from the folder. */
  readonly packed?: readonly string[];
}

async function craft(options: Craft): Promise<string> {
  const { files = CLAIM, also = {}, named = [], manifest = {}, plant, packed } = options;
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), content);
  };
  const entry = (path: string, content: string) => {
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { path, bytes: content.length, sha256 };
  };
  mkdirSync(join(work, "data"), { recursive: true });
  for (const [path, content] of Object.entries(files)) put(`data/${path}`, content);
  for (const [path, content] of Object.entries(also)) put(path, content);
  plant?.(join(work, "data"));
  const common = { v: 1, program: "x", created_at: 1, mode: "real", database: "sqlite" };
  const all = [
    ...Object.entries(files).map(([path, content]) => entry(path, content)),
    ...named.map((path) => entry(path, "")),
  ];
  const whole = { ...common, readings: "embedded", files: all, ...manifest };
  put("manifest.json", JSON.stringify(whole));
  const file = join(folder, "crafted.tar.gz");
  const list = packed ?? ["manifest.json", "data"];
  await create({ gzip: true, cwd: work, file, preservePaths: true }, [...list]);
  return file;
}

async function restored(file: string, lang = "C") {
  const said: string[] = [];
  const sink = { write: (text: string) => said.push(text) };
  const dataDir = join(folder, "to");
  const terminal = { clock: new FakeClock(1_000), env: { LANG: lang }, out: sink, err: sink };
  const code = await runRestore({ dataDir, file, databaseUrl: undefined, ...terminal });
  return { code, said: said.join(""), isTouched: existsSync(dataDir) };
}

const DAMAGED = "the backup is damaged, nothing was written: ";

const crafts: readonly (readonly [name: string, craft: Craft, said: string])[] = [
  [
    "no installation.json",
    { files: { "a.txt": "a" } },
    "installation.json is not there, or not of the manifest's mode",
  ],
  [
    "an installation.json of the other mode",
    { manifest: { mode: "demo" } },
    "installation.json is not there, or not of the manifest's mode",
  ],
  [
    "an installation.json that is no JSON",
    { files: { "installation.json": "{" } },
    "installation.json is not there, or not of the manifest's mode",
  ],
  ["a file less than the manifest names", { named: ["b.txt"] }, 'missing: "b.txt"'],
  [
    "a name that a terminal would act on",
    { named: ["b\u001b[2J\u009b2J"] },
    'missing: "b\\u001b[2J\\u{9b}2J"',
  ],
  ["a file more", { also: { "data/c.txt": "c" } }, 'not in the manifest: "data/c.txt"'],
  [
    "a link",
    { plant: (data) => symlinkSync("/etc", join(data, "l")) },
    'links or devices in it: "data/l"',
  ],
  [
    "a hard link",
    { plant: (data) => linkSync(join(data, "installation.json"), join(data, "z")) },
    'links or devices in it: "data/z"',
  ],
  [
    "a file beside the data",
    { also: { evil: "e" }, packed: ["manifest.json", "data", "evil"] },
    'paths that lead outside: "evil"',
  ],
  [
    "a folder upwards",
    { packed: ["manifest.json", "data", "data/../../work/data"] },
    'paths that lead outside: "data/../../work/data", "data/../../work/data/installation.json"',
  ],
  [
    "a file twice",
    { packed: ["manifest.json", "data", "data/installation.json"] },
    'it holds twice: "data/installation.json"',
  ],
  ["a path upwards in the manifest", { named: ["../x"] }, 'paths that lead outside: "../x"'],
  [
    "a database's journal",
    { files: { ...CLAIM, "response.db-wal": "w" } },
    'no backup holds: "response.db-wal"',
  ],
  [
    "somebody's locks",
    { files: { ...CLAIM, "locks/edge.db": "" } },
    'no backup holds: "locks/edge.db"',
  ],
  [
    "our own folder of work",
    { files: { ...CLAIM, ".restoring/x": "" } },
    'no backup holds: ".restoring/x"',
  ],
  [
    "a file that is a folder too",
    { files: { ...CLAIM, "a/b": "" }, named: ["a"] },
    'no backup holds: "a"',
  ],
  [
    "a dump without PostgreSQL",
    { files: { ...CLAIM, "postgres.dump": "" } },
    "postgres.dump does not go with the database of the manifest",
  ],
  [
    "PostgreSQL without a dump",
    { manifest: { database: "postgres" } },
    "postgres.dump does not go with the database of the manifest",
  ],
  [
    "a manifest of another version",
    { manifest: { v: 2 } },
    "manifest.json is not there, or no manifest of this version",
  ],
  [
    "no manifest",
    { packed: ["data"] },
    "manifest.json is not there, or no manifest of this version",
  ],
];

test.each(crafts)("%s: refused before anything is changed", async (_name, made, said) => {
  const file = await craft(made);
  expect(await restored(file)).toEqual({ code: 1, said: `${DAMAGED}${said}\n`, isTouched: false });
});

test("what is wrong is said in Chinese in a Chinese shell", async () => {
  const { said } = await restored(await craft({ named: ["b.txt"] }), "zh_CN.UTF-8");
  expect(said).toBe('备份已损坏，未写入任何内容：缺少："b.txt"\n');
  writeFileSync(join(folder, "x.tar.gz"), "hello");
  expect((await restored(join(folder, "x.tar.gz"), "zh_CN.UTF-8")).said).not.toMatch(/TAR|Unrec/);
});

test("the same craft with nothing wrong in it is restored", async () => {
  expect(await restored(await craft({}))).toMatchObject({ code: 0, isTouched: true });
});

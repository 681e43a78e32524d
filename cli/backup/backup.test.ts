import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { create } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "@anhu/core/time";
import { takePlaces } from "../start/lock.ts";
import { collect } from "./collect.ts";
import { runBackup, runRestore } from "./index.ts";

let folder: string;
let dataDir: string;
let file: string;
const ends: (() => void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "anhu-backup-"));
  dataDir = join(folder, "data");
  file = join(folder, "backups", "one.tar.gz");
  put("installation.json", '{"mode":"real","lan":null}');
  put("facility.yaml", "facility: {}\n");
  put("secrets/api-token", "t\n");
  put("tls/ca.key", "key");
  put("logs/edge.log", "line\n");
  put("facility.yaml.new", "half");
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true });
  writeFileSync(join(dataDir, path), content);
}

function database(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  ends.push(() => db.close());
  db.exec(
    "PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b TEXT)",
  );
  return db;
}

function terminal(lang = "C.UTF-8") {
  const said: string[] = [];
  const sink = { write: (text: string) => said.push(text) };
  return { said, clock: new FakeClock(1_000), env: { LANG: lang }, out: sink, err: sink };
}

const backup = (options: { readonly file?: string; readonly lang?: string } = {}) => {
  const { said, ...sinks } = terminal(options.lang);
  const common = { databaseUrl: undefined, influx: false, program: "0.1.0", dataDir };
  return runBackup({ ...common, file: options.file ?? file, ...sinks }).then((code) => ({
    code,
    said: said.join(""),
  }));
};
const restore = (to: string, from = file) => {
  const { said, ...sinks } = terminal();
  return runRestore({ dataDir: to, file: from, databaseUrl: undefined, ...sinks }).then((code) => ({
    code,
    said: said.join(""),
  }));
};

test("what is backed up is restored elsewhere, for its owner only; logs and half-written files are not", async () => {
  database(join(dataDir, "response.db")).exec("INSERT INTO t (b) VALUES ('林')");
  chmodSync(join(dataDir, "tls", "ca.key"), 0o644);
  symlinkSync(join(dataDir, "facility.yaml"), join(dataDir, "link.yaml"));
  expect(await backup()).toMatchObject({ code: 0 });
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect(readdirSync(dirname(file))).toEqual(["one.tar.gz"]);

  const to = join(folder, "elsewhere", "data");
  const { code, said } = await restore(to);
  expect(said).toContain("Do not let the old system run again");
  expect(said).toContain(`ANHU_DATA=${to} npm start`);
  expect(code).toBe(0);
  const names = readdirSync(to).toSorted();
  expect(names).toEqual([
    "facility.yaml",
    "installation.json",
    "link.yaml",
    "response.db",
    "secrets",
    "tls",
  ]);
  expect(database(join(to, "response.db")).prepare("SELECT b FROM t").all()).toMatchObject([
    { b: "林" },
  ]);
  expect(readFileSync(join(to, "secrets", "api-token"), "utf8")).toBe("t\n");
  for (const [path, mode] of [
    ["", "700"],
    ["tls", "700"],
    ["tls/ca.key", "600"],
    ["link.yaml", "600"],
  ] as const) {
    expect((statSync(join(to, path)).mode & 0o777).toString(8), path).toBe(mode);
  }
});

test("a gateway's outbox is copied before what it sends to, and everything else comes last", () => {
  for (const path of [
    "edge/gw1/outbox.db",
    "ingest/readings.db",
    "response.db",
    "broker/identities.db",
  ]) {
    database(join(dataDir, path));
  }
  const paths = collect(dataDir).map(({ path }) => path);
  expect(paths.slice(0, 3)).toEqual(["edge/gw1/outbox.db", "ingest/readings.db", "response.db"]);
  expect(paths).toContain("broker/identities.db");
  expect(collect(dataDir).filter((source) => source.database)).toHaveLength(4);
});

test("a database that is written to all the while is copied as of one moment", async () => {
  const db = database(join(dataDir, "response.db"));
  const insert = db.prepare("INSERT INTO t (b) VALUES (?)");
  db.exec("BEGIN");
  for (let n = 0; n < 5_000; n += 1) insert.run("x".repeat(200));
  db.exec("COMMIT");
  let rows = 5_000;
  const writing = setInterval(() => {
    db.exec("BEGIN");
    // Always two at once: a copy in between would hold an odd number.
    insert.run("y".repeat(200));
    insert.run("y".repeat(200));
    db.exec("COMMIT");
    rows += 2;
  });
  const made = await backup();
  clearInterval(writing);
  expect(made).toMatchObject({ code: 0 });
  expect(rows).toBeGreaterThan(5_000);
  const to = join(folder, "to");
  await restore(to);
  const copy = database(join(to, "response.db"));
  const { n } = copy.prepare("SELECT count(*) AS n FROM t").get() as { n: number };
  expect(n % 2).toBe(0);
  expect(copy.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
});

test("a damaged backup is refused before anything is written", async () => {
  put("big.bin", "z".repeat(300_000));
  await backup();
  const whole = gunzipSync(readFileSync(file));
  const at = whole.indexOf("facility: {}");
  const changed = Buffer.from(whole);
  changed.write("facility: []", at);
  const damaged: [string, Buffer][] = [
    ["changed", gzipSync(changed)],
    ["cut", readFileSync(file).subarray(0, 300)],
    ["cut between files", gzipSync(whole.subarray(0, whole.indexOf("data/big.bin") + 1_024))],
    ["other", Buffer.from("hello")],
    ["empty", Buffer.alloc(0)],
  ];
  for (const [name, bytes] of damaged) {
    const path = join(folder, `${name}.tar.gz`);
    writeFileSync(path, bytes);
    const to = join(folder, `to-${name}`);
    expect(await restore(to, path), name).toMatchObject({
      code: 1,
      said: expect.stringContaining("damaged"),
    });
    expect(existsSync(to), name).toBe(false);
  }
});

test("a manifest or an archive that would write outside the data directory is refused", async () => {
  const sha256 = createHash("sha256").update("evil").digest("hex");
  for (const path of ["../evil", "/evil", "a/../../evil", ""]) {
    const work = mkdtempSync(join(folder, "work-"));
    mkdirSync(join(work, "data"));
    writeFileSync(join(work, "evil"), "evil");
    writeFileSync(join(work, "data", "evil"), "evil");
    const files = [{ path, bytes: 4, sha256 }];
    const manifest = {
      v: 1,
      program: "x",
      created_at: 1,
      mode: "real",
      database: "sqlite",
      readings: "embedded",
      files,
    };
    writeFileSync(join(work, "manifest.json"), JSON.stringify(manifest));
    const evil = join(folder, "evil.tar.gz");
    await create({ gzip: true, cwd: join(work, "data"), file: evil, preservePaths: true }, [
      "../manifest.json",
      "../evil",
      "evil",
    ]);
    expect(await restore(join(folder, "to"), evil)).toMatchObject({ code: 1 });
    await create({ gzip: true, cwd: work, file: evil }, ["manifest.json", "data"]);
    expect(await restore(join(folder, "to"), evil)).toMatchObject({ code: 1 });
    expect(existsSync(join(folder, "to"))).toBe(false);
  }
});

test("a directory that is not empty, or where something runs, is left alone", async () => {
  await backup();
  const before = readdirSync(dataDir);
  expect(await restore(dataDir)).toMatchObject({
    code: 2,
    said: expect.stringContaining("not empty"),
  });
  takePlaces(dataDir, ["response"]);
  expect(await restore(dataDir)).toMatchObject({
    code: 2,
    said: expect.stringContaining("running"),
  });
  expect(readdirSync(dataDir).filter((name) => name !== "locks")).toEqual(before);
});

test("a file that is there, or lies in the data directory, or a directory that nobody started in, is misuse", async () => {
  await backup();
  expect(await backup()).toMatchObject({ code: 2 });
  expect(await backup({ file: join(dataDir, "own.tar.gz") })).toMatchObject({ code: 2 });
  rmSync(join(dataDir, "installation.json"));
  const { code, said } = await backup({ file: join(folder, "two.tar.gz"), lang: "zh_CN.UTF-8" });
  expect({ code, said }).toMatchObject({
    code: 2,
    said: expect.stringContaining("尚未启动过系统"),
  });
  expect(readdirSync(folder).filter((name) => name.includes("work"))).toEqual([]);
});

/** `anhu backup FILE`: a consistent copy of a data directory in one file, while everything runs. */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import type { Clock } from "@anhu/core/time";
import { readJson } from "../setup/files.ts";
import { checkArchive, writeArchive } from "./archive.ts";
import { collect } from "./collect.ts";
import type { Source } from "./collect.ts";
import { backupError } from "./errors.ts";
import { CONTENT, DUMP, MANIFEST } from "./manifest.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { dumpPostgres } from "./postgres.ts";

export interface BackupOptions {
  readonly dataDir: string;
  readonly file: string;
  readonly databaseUrl: string | undefined;
  /** Readings stand in InfluxDB, which has its own backup. */
  readonly influx: boolean;
  readonly program: string;
  readonly clock: Clock;
  readonly progress: (step: Step) => void;
}

/** What is being done now. */
export type Step =
  | { readonly step: "copy" | "check" | "lay_out"; readonly bytes: number; readonly of: number }
  | { readonly step: "pack" | "dump" };

const BUSY_TIMEOUT_MS = 5_000;
/** All in one step: a copy in several begins again whenever somebody has written in between. */
const ALL_PAGES = 0x7fff_ffff;

/**
 * Makes the backup and reads it once more, so that what is there can be restored. Throws a BackupError; nothing is left behind then, and
 * the file appears only when it is whole.
 */
export async function makeBackup(options: BackupOptions): Promise<Manifest> {
  const { dataDir, file, clock, progress } = options;
  const installation = readJson(join(dataDir, "installation.json")) as { mode?: "demo" | "real" };
  if (installation?.mode === undefined) throw backupError("not_set_up", dataDir);
  if (existsSync(file)) throw backupError("backup_exists", file);
  if (resolve(file).startsWith(resolve(dataDir) + sep)) throw backupError("backup_inside", file);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const work = mkdtempSync(`${file}.work-`);
  try {
    const manifest: Manifest = {
      v: 1,
      program: options.program,
      created_at: clock.wall(),
      mode: installation.mode,
      database: options.databaseUrl === undefined ? "sqlite" : "postgres",
      readings: options.influx ? "influx" : "embedded",
      files: await copyAll(options, join(work, CONTENT)),
    };
    writeFileSync(join(work, MANIFEST), JSON.stringify(manifest, null, 1));
    progress({ step: "pack" });
    await writeArchive(work, join(work, "whole"));
    const { of } = sizes(manifest.files);
    await checkArchive(join(work, "whole"), (bytes) => progress({ step: "check", bytes, of }));
    renameSync(join(work, "whole"), file);
    return manifest;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function copyAll(options: BackupOptions, to: string): Promise<ManifestFile[]> {
  const { dataDir, databaseUrl, progress } = options;
  const postgres = databaseUrl !== undefined;
  // A file that lies there from before the move to PostgreSQL is nobody's any more.
  const sources = collect(dataDir).filter(({ path }) => !postgres || path !== "response.db");
  const { of } = sizes(sources);
  const files: ManifestFile[] = [];
  let copied = 0;
  let isDumped = !postgres;
  for (const source of sources) {
    if (!isDumped && !/^(?:edge|ingest)\//.test(source.path)) {
      progress({ step: "dump" });
      files.push(await dump(databaseUrl, to));
      isDumped = true;
    }
    progress({ step: "copy", bytes: copied, of });
    const file = await copyOne(dataDir, source, to);
    if (file !== undefined) files.push(file);
    copied += source.bytes;
  }
  return files;
}

async function dump(databaseUrl: string | undefined, to: string): Promise<ManifestFile> {
  const path = join(to, DUMP);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  await dumpPostgres(databaseUrl ?? "", path);
  return { path: DUMP, ...(await measured(path)) };
}

/** undefined: it is gone, as a file that is replaced at this moment may be for a while, or for good. */
async function copyOne(
  dataDir: string,
  source: Source,
  to: string,
): Promise<ManifestFile | undefined> {
  const [from, copy] = [join(dataDir, source.path), join(to, source.path)];
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
  if (source.database) await copyDatabase(from, copy);
  else if (!(await copyPlain(from, copy))) return undefined;
  return { path: source.path, ...(await measured(copy)) };
}

/** A copy as of one moment; others go on writing meanwhile. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const db = new DatabaseSync(from, { timeout: BUSY_TIMEOUT_MS });
  try {
    await backup(db, to, { rate: ALL_PAGES });
  } finally {
    db.close();
  }
}

async function copyPlain(from: string, to: string): Promise<boolean> {
  try {
    await pipeline(createReadStream(from), createWriteStream(to, { mode: 0o600 }));
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    rmSync(to, { force: true });
    return false;
  }
}

async function measured(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { bytes: statSync(path).size, sha256: hash.digest("hex") };
}

function sizes(files: readonly { readonly bytes: number }[]): { of: number } {
  return { of: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

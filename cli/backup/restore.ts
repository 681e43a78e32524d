/** `anhu restore FILE`: a backup laid out in an empty data directory, once every byte of it was checked. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { heldPlaces } from "../start/lock.ts";
import { checkArchive, layOut } from "./archive.ts";
import { WORK } from "./collect.ts";
import { backupError } from "./errors.ts";
import type { Step } from "./make.ts";
import { CLAIM, CONTENT, DUMP } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { assertEmpty, restorePostgres } from "./postgres.ts";

export interface RestoreOptions {
  readonly dataDir: string;
  readonly file: string;
  readonly databaseUrl: string | undefined;
  readonly progress: (step: Step) => void;
}

/** Throws a BackupError; the data directory and the database are as before then. */
export async function restoreBackup(options: RestoreOptions): Promise<Manifest> {
  const { dataDir, file, databaseUrl, progress } = options;
  assertFree(dataDir);
  let of = 0;
  const manifest = await checkArchive(file, (bytes) =>
    progress({ step: "check", bytes, of: bytes }),
  );
  of = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (manifest.database === "postgres" && databaseUrl === undefined) {
    throw backupError("database_missing", "");
  }
  if (manifest.database === "sqlite" && databaseUrl !== undefined) {
    throw backupError("database_unwanted", "");
  }
  if (databaseUrl !== undefined) await assertEmpty(databaseUrl);

  const work = join(dataDir, WORK);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  try {
    progress({ step: "lay_out", bytes: 0, of });
    await layOut(file, work);
    const dump = join(work, CONTENT, DUMP);
    if (databaseUrl !== undefined) {
      progress({ step: "dump" });
      await restorePostgres(databaseUrl, dump);
    }
    rmSync(dump, { force: true });
    const names = readdirSync(join(work, CONTENT)).filter((name) => name !== CLAIM);
    for (const name of [...names, CLAIM]) {
      renameSync(join(work, CONTENT, name), join(dataDir, name));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return manifest;
}

/** A file system's own folder, of a volume that was just made, does not count. */
function assertFree(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const names = readdirSync(dataDir).filter((name) => name !== "lost+found");
  if (heldPlaces(dataDir).length > 0) {
    throw backupError("already_running", dataDir);
  }
  if (names.length > 0) throw backupError("not_empty", dataDir);
}

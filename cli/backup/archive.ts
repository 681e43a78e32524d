/** The archive itself: written from a folder, checked without writing anything, and laid out in a folder. */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { create, extract, list } from "tar";
import type { ReadEntry } from "tar";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { backupError } from "./errors.ts";
import { CONTENT, MANIFEST, parseManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

/** The manifest of the largest backup that is thought of. */
const MANIFEST_BYTES = 64 * 1024 * 1024;

export async function writeArchive(folder: string, file: string): Promise<void> {
  await create({ gzip: true, portable: true, cwd: folder, file }, [MANIFEST, CONTENT]);
  chmodSync(file, 0o600);
}

/**
 * Reads the whole archive, holds every file to its checksum, and returns the manifest. Throws `backup_damaged` when a file is missing,
 * changed or not named, or is no plain file. `read` is called with the bytes read so far of the files.
 */
export async function checkArchive(file: string, read: (bytes: number) => void): Promise<Manifest> {
  const found = new Map<string, { bytes: number; hash: Hash }>();
  const manifest: Buffer[] = [];
  const wrong: string[] = [];
  let total = 0;
  function onReadEntry(entry: ReadEntry): void {
    const { path } = entry;
    if (entry.type === "Directory") return entry.resume();
    const seen = { bytes: 0, hash: createHash("sha256") };
    const isPlain = entry.type === "File" || entry.type === "OldFile";
    const expected = path === MANIFEST || path.startsWith(`${CONTENT}/`);
    if (!isPlain || !expected || found.has(path)) wrong.push(path);
    found.set(path, seen);
    entry.on("data", (chunk: Buffer) => {
      seen.bytes += chunk.length;
      total += chunk.length;
      seen.hash.update(chunk);
      if (path === MANIFEST && seen.bytes <= MANIFEST_BYTES) manifest.push(Buffer.from(chunk));
      read(total);
    });
  }
  try {
    await list({ file, onReadEntry, strict: true });
  } catch (cause) {
    if (cause instanceof AnhuError) throw cause;
    throw backupError("backup_damaged", messageOf(cause), cause);
  }
  const named = parseManifest(Buffer.concat(manifest).toString("utf8"));
  found.delete(MANIFEST);
  for (const { path, bytes, sha256 } of named.files) {
    const seen = found.get(`${CONTENT}/${path}`);
    found.delete(`${CONTENT}/${path}`);
    if (seen?.bytes !== bytes || seen.hash.digest("hex") !== sha256) wrong.push(path);
  }
  wrong.push(...found.keys());
  if (wrong.length === 0) return named;
  throw backupError("backup_damaged", wrong.slice(0, 10).join(", "));
}

/** Lays the files out in an empty folder: folders 0700, files 0600, whatever the archive says. */
export async function layOut(file: string, folder: string): Promise<void> {
  await extract({
    file,
    cwd: folder,
    strict: true,
    preserveOwner: false,
    filter: (path) => path === CONTENT || path.startsWith(`${CONTENT}/`),
    onReadEntry: (entry) => {
      entry.mode = entry.type === "Directory" ? 0o700 : 0o600;
    },
  });
  chmodSync(join(folder, CONTENT), 0o700);
}

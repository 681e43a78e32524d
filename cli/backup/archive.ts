/** The archive itself: written from a folder, checked without writing anything, and laid out in a folder. */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { create, extract, list } from "tar";
import type { ReadEntry } from "tar";
import { AnhuError, messageOf } from "@anhu/core/errors";
import { damaged } from "./errors.ts";
import {
  checkClaim,
  CLAIM,
  CONTENT,
  isInside,
  MANIFEST,
  parseManifest,
  quoted,
} from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

/** The manifest of the largest backup that is thought of. */
const MANIFEST_BYTES = 64 * 1024 * 1024;

export async function writeArchive(folder: string, file: string): Promise<void> {
  await create({ gzip: true, portable: true, cwd: folder, file }, [MANIFEST, CONTENT]);
  chmodSync(file, 0o600);
}

/**
 * Reads the whole archive, holds every file to its checksum, and returns the manifest. Throws `backup_damaged`: see `Flaw`. `read` is
 * called with the bytes read so far of the files.
 */
export async function checkArchive(file: string, read: (bytes: number) => void): Promise<Manifest> {
  const { files, texts, wrong } = await readArchive(file, read);
  for (const flaw of ["outside", "not_plain", "twice"] as const) {
    if (wrong[flaw].length > 0) throw damaged(flaw, wrong[flaw].map(quoted));
  }
  const manifest = parseManifest(texts.get(MANIFEST) ?? "");
  files.delete(MANIFEST);
  const missing: string[] = [];
  const changed: string[] = [];
  for (const { path, bytes, sha256 } of manifest.files) {
    const seen = files.get(`${CONTENT}/${path}`);
    files.delete(`${CONTENT}/${path}`);
    if (seen === undefined) missing.push(path);
    else if (seen.bytes !== bytes || seen.hash.digest("hex") !== sha256) changed.push(path);
  }
  if (missing.length > 0) throw damaged("missing", missing.map(quoted));
  if (changed.length > 0) throw damaged("changed", changed.map(quoted));
  if (files.size > 0) throw damaged("unnamed", [...files.keys()].map(quoted));
  checkClaim(texts.get(`${CONTENT}/${CLAIM}`) ?? "", manifest);
  return manifest;
}

interface Archive {
  readonly files: Map<string, { bytes: number; hash: Hash }>;
  /** Of the manifest and the claim. */
  readonly texts: ReadonlyMap<string, string>;
  readonly wrong: Readonly<Record<"outside" | "not_plain" | "twice", string[]>>;
}

async function readArchive(file: string, read: (bytes: number) => void): Promise<Archive> {
  const files: Archive["files"] = new Map();
  const wrong: Archive["wrong"] = { outside: [], not_plain: [], twice: [] };
  const kept = new Map<string, Buffer[]>([
    [MANIFEST, []],
    [`${CONTENT}/${CLAIM}`, []],
  ]);
  let total = 0;
  function onReadEntry(entry: ReadEntry): void {
    const path = entry.type === "Directory" ? entry.path.replace(/\/$/, "") : entry.path;
    const expected = [MANIFEST, CONTENT].includes(path) || path.startsWith(`${CONTENT}/`);
    if (!expected || !isInside(path)) wrong.outside.push(path);
    if (entry.type === "Directory") return entry.resume();
    if (entry.type !== "File" && entry.type !== "OldFile") wrong.not_plain.push(path);
    if (files.has(path)) wrong.twice.push(path);
    const seen = { bytes: 0, hash: createHash("sha256") };
    files.set(path, seen);
    entry.on("data", (chunk: Buffer) => {
      seen.bytes += chunk.length;
      total += chunk.length;
      seen.hash.update(chunk);
      if (seen.bytes <= MANIFEST_BYTES) kept.get(path)?.push(Buffer.from(chunk));
      read(total);
    });
  }
  try {
    await list({ file, onReadEntry, strict: true });
  } catch (cause) {
    if (cause instanceof AnhuError) throw cause;
    throw damaged("unreadable", [messageOf(cause)], cause);
  }
  const texts = new Map(
    [...kept].map(([path, chunks]) => [path, Buffer.concat(chunks).toString("utf8")] as const),
  );
  return { files, texts, wrong };
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

/**
 * A backup is one .tar.gz: `manifest.json` first, then the files that it names, below `data/`.
 *
 *   manifest.json        {"v":1,"program","created_at","mode","database","readings","files":[{"path","bytes","sha256"}]}
 *   data/response.db     each path as it stands in the data directory; databases are consistent copies
 *   data/postgres.dump   instead of response.db, when incidents stand in PostgreSQL (pg_dump, custom format)
 */
import { backupError } from "./errors.ts";

export interface Manifest {
  readonly v: 1;
  /** Version of the program that made it. */
  readonly program: string;
  /** UTC ms. */
  readonly created_at: number;
  readonly mode: "demo" | "real";
  readonly database: "sqlite" | "postgres";
  readonly readings: "embedded" | "influx";
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  /** In the data directory, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Of the content, lower-case hex. */
  readonly sha256: string;
}

export const MANIFEST = "manifest.json";
/** Everything else stands below it in the archive. */
export const CONTENT = "data";
export const DUMP = "postgres.dump";

/** Throws `backup_damaged` when it is no manifest, or names a path that would leave the data directory. */
export function parseManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw backupError("backup_damaged", "the manifest is no JSON", cause);
  }
  if (!isManifest(value)) throw backupError("backup_damaged", "the manifest has another form");
  const bad = value.files.find(({ path }) => !isInside(path));
  if (bad === undefined) return value;
  throw backupError("backup_damaged", `the manifest names ${JSON.stringify(bad.path)}`);
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value) || !Array.isArray(value["files"])) return false;
  return (
    value["v"] === 1 &&
    typeof value["program"] === "string" &&
    typeof value["created_at"] === "number" &&
    ["demo", "real"].includes(String(value["mode"])) &&
    ["sqlite", "postgres"].includes(String(value["database"])) &&
    ["embedded", "influx"].includes(String(value["readings"])) &&
    value["files"].every(isFile)
  );
}

function isFile(value: unknown): value is ManifestFile {
  if (!isRecord(value)) return false;
  const { path, bytes, sha256 } = value;
  return (
    typeof path === "string" &&
    typeof bytes === "number" &&
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Relative, without a step upwards. */
function isInside(path: string): boolean {
  const parts = path.split("/");
  return parts.every((part) => !["", ".", ".."].includes(part)) && !path.includes("\0");
}

/**
 * A backup is one .tar.gz: `manifest.json` first, then the files that it names, below `data/`.
 *
 *   manifest.json        {"v":1,"program","created_at","mode","database","readings","files":[{"path","bytes","sha256"}]}
 *   data/response.db     each path as it stands in the data directory; databases are consistent copies
 *   data/postgres.dump   instead of response.db, when incidents stand in PostgreSQL (pg_dump, custom format)
 */
import { isKept } from "./collect.ts";
import { damaged } from "./errors.ts";

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
const DATABASE = "response.db";
/** Says whose directory it is: a restore puts it there last, so that nothing starts on half of one. */
export const CLAIM = "installation.json";

/** Throws `backup_damaged` when it is no manifest of ours, or names what no backup holds or would leave the data directory. */
export function parseManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged("manifest", [MANIFEST], cause);
  }
  if (!isManifest(value)) throw damaged("manifest", [MANIFEST]);
  const paths = value.files.map(({ path }) => path);
  const outside = paths.filter((path) => !isInside(path));
  if (outside.length > 0) throw damaged("outside", outside.map(quoted));
  const folders = new Set(paths.flatMap(foldersOf));
  const foreign = paths.filter((path) => !isKept(path) || folders.has(path));
  if (foreign.length > 0) throw damaged("foreign", foreign.map(quoted));
  if (!paths.includes(CLAIM)) throw damaged("unclaimed", [CLAIM]);
  const { database } = value;
  if (paths.includes(DUMP) !== (database === "postgres")) throw damaged("database", [DUMP]);
  if (database === "postgres" && paths.includes(DATABASE)) throw damaged("database", [DATABASE]);
  return value;
}

/** The text of `CLAIM`. Throws `backup_damaged` when it is not that of the manifest's mode. */
export function checkClaim(text: string, { mode }: Manifest): void {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value) && value["mode"] === mode) return;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw damaged("unclaimed", [CLAIM]);
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

/** Characters that a terminal would act on are escaped; JSON itself leaves those above U+007E as they are. */
export function quoted(path: string): string {
  const escaped = (sign: string) => `\\u{${sign.codePointAt(0)?.toString(16)}}`;
  return JSON.stringify(path).replaceAll(/[\p{Cc}\p{Cf}]/gu, escaped);
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Relative, without a step upwards. */
export function isInside(path: string): boolean {
  const parts = path.split("/");
  return parts.every((part) => !["", ".", ".."].includes(part)) && !path.includes("\0");
}

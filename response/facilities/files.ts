/**
 * The facility files that response can read: `$ANHU_DATA/facility.yaml` (this machine's own) and `$ANHU_DATA/facilities/*.yaml`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Logger } from "pino";

/** As many facilities as a province has, and some. Files beyond are not read: said in the health part. */
const FILES = 20_000;

export interface Facilities {
  readonly byId: ReadonlyMap<string, Facility>;
  /** One sentence per file that cannot be used. */
  readonly mistakes: readonly string[];
}

/** Reads all files. A bad one is left out and named; of two with one id the first read counts. */
export function readFacilities(dataDir: string, log: Logger): Facilities {
  const byId = new Map<string, Facility>();
  const mistakes: string[] = [];
  const paths = pathsIn(dataDir);
  for (const path of paths.slice(0, FILES)) {
    const read = readFacility(path);
    if (typeof read === "string") mistakes.push(`${path}: ${read}`);
    else if (byId.has(read.facility.id)) {
      mistakes.push(`${path}: facility ${read.facility.id} has a file already`);
    } else {
      byId.set(read.facility.id, read);
    }
  }
  if (paths.length > FILES) mistakes.push(`${paths.length - FILES} facility files are not read`);
  for (const mistake of mistakes) log.error({ mistake }, "facility file");
  return { byId, mistakes };
}

/** The facility, or why there is none. */
function readFacility(path: string): Facility | string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    return messageOf(thrown);
  }
  const parsed = parseFacility(text);
  if (parsed.ok) return parsed.value;
  const [first] = parsed.error;
  return `line ${first?.line} ${first?.reason} (${parsed.error.length} in all)`;
}

function pathsIn(dataDir: string): string[] {
  const own = join(dataDir, "facility.yaml");
  const folder = join(dataDir, "facilities");
  const others = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".yaml"))
        .toSorted()
        .map((name) => join(folder, name))
    : [];
  return existsSync(own) ? [own, ...others] : others;
}

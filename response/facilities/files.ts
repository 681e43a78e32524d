/**
 * The facility files that response can read: `$ANHU_DATA/facility.yaml` (this machine's own) and `$ANHU_DATA/facilities/*.yaml`, read again
 * when they change. People are called by them, so that a file that has become unreadable never takes a facility away:
 *
 *   changed --right--> counts at once     changed --with mistakes, or gone--> the old one counts on, and health says so
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@anhu/core/errors";
import { parseFacility } from "@anhu/core/facility";
import type { Facility } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";

/** As many facilities as a province has, and some. Files beyond are not read: said in the health part. */
const FILES = 20_000;
const LOOK_MS = 10_000;

/** What the files say now: look it up each time. */
export interface Facilities {
  readonly byId: ReadonlyMap<string, Facility>;
  /** One sentence per file that cannot be used. */
  readonly mistakes: readonly string[];
}

export interface OpenFacilities extends Facilities {
  close(): Promise<void>;
}

interface FileState {
  /** What a changed file has otherwise: time, size, place on the disk. */
  readonly stamp: string;
  /** The last one that was right; null: none yet. */
  readonly facility: Facility | null;
  readonly mistake: string | null;
}

/**
 * Reads all files, and again what changes. A bad one is left out and named; of two with one id the first path counts. `changed` is called
 * after each change, never twice at once.
 */
export async function openFacilities(options: {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly changed: (now: Facilities) => Promise<void>;
}): Promise<OpenFacilities> {
  const { dataDir, clock, log, changed } = options;
  const states = new Map<string, FileState>();
  let now: Facilities = { byId: new Map(), mistakes: [] };
  let closed = false;
  let cancel: () => void = () => undefined;

  async function look(): Promise<void> {
    const paths = pathsIn(dataDir);
    let isOther = false;
    for (const path of new Set([...states.keys(), ...paths.slice(0, FILES)])) {
      const before = states.get(path);
      const stamp = await stampOf(path);
      if (before?.stamp === stamp) continue;
      states.set(path, stateOf(path, stamp, before));
      isOther = true;
    }
    if (!isOther) return;
    now = gathered(dataDir, states, paths.length - FILES);
    for (const mistake of now.mistakes) log.error({ mistake }, "facility file");
    await changed(now);
  }

  let looking = look();
  await looking;
  again();

  function again(): void {
    if (closed) return;
    cancel = clock.after(LOOK_MS, () => {
      looking = look().catch((thrown: unknown) => {
        log.warn({ reason: messageOf(thrown) }, "facility files not looked at");
      });
      void looking.finally(again);
    });
  }

  return {
    get byId() {
      return now.byId;
    },
    get mistakes() {
      return now.mistakes;
    },
    async close() {
      closed = true;
      cancel();
      await looking;
    },
  };
}

function gathered(
  dataDir: string,
  states: ReadonlyMap<string, FileState>,
  unread: number,
): Facilities {
  const own = ownPath(dataDir);
  const byId = new Map<string, Facility>();
  const mistakes: string[] = [];
  const rank = (path: string) => (path === own ? "" : path);
  const sorted = [...states].toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
  for (const [path, { facility, mistake }] of sorted) {
    if (mistake !== null) mistakes.push(`${path}: ${mistake}`);
    if (facility === null) continue;
    const { id } = facility.facility;
    if (byId.has(id)) mistakes.push(`${path}: facility ${id} has a file already`);
    else byId.set(id, facility);
  }
  if (unread > 0) mistakes.push(`${unread} facility files are not read`);
  return { byId, mistakes };
}

function stateOf(path: string, stamp: string, before: FileState | undefined): FileState {
  const old = before?.facility ?? null;
  const kept = old === null ? "" : "; what it said before counts on";
  if (stamp === GONE) return { stamp, facility: old, mistake: `is gone${kept}` };
  const read = readFacility(path);
  if (typeof read !== "string") return { stamp, facility: read, mistake: null };
  return { stamp, facility: old, mistake: `${read}${kept}` };
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

const GONE = "gone";

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return GONE;
    return messageOf(thrown);
  }
}

/** This machine's own: of two files with one id it counts. */
function ownPath(dataDir: string): string {
  return join(dataDir, "facility.yaml");
}

function pathsIn(dataDir: string): string[] {
  const own = ownPath(dataDir);
  const folder = join(dataDir, "facilities");
  const others = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".yaml"))
        .toSorted()
        .map((name) => join(folder, name))
    : [];
  return existsSync(own) ? [own, ...others] : others;
}

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AnhuError } from "@anhu/core/errors";

/**
 * Takes the services' places in a data directory: two processes on one outbox or one ledger would destroy it. The system gives a place
 * back when the process ends, however it ends (an exclusive transaction on an empty SQLite file).
 * Throws `already_running` when another process has one of them.
 */
export function takePlaces(dataDir: string, services: readonly string[]): void {
  const folder = join(dataDir, "locks");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const service of services) {
    const place = new DatabaseSync(join(folder, `${service}.db`), { timeout: 0 });
    try {
      place.exec("BEGIN EXCLUSIVE");
    } catch (cause) {
      const pid = holderOf(join(folder, `${service}.db`));
      const who = pid === undefined ? "" : ` (process ${pid})`;
      const text = `Anhu runs already on ${dataDir}${who}: stop it, or name another directory by ANHU_DATA`;
      throw new AnhuError("already_running", text, {
        fault: "caller",
        retry: false,
        cause,
        about: { service, dataDir, ...(pid === undefined ? {} : { pid }) },
      });
    }
    held.push(place);
  }
}

/** Linux lists who locks what: `1: POSIX  ADVISORY  WRITE 812 fe:00:1234 0 EOF` (proc(5), `/proc/locks`). */
function holderOf(path: string): number | undefined {
  try {
    const { ino } = statSync(path);
    const lines = readFileSync("/proc/locks", "utf8").split("\n");
    const line = lines.find((one) => one.includes(" WRITE ") && one.includes(`:${ino} `));
    const pid = / WRITE (\d+) /.exec(line ?? "")?.[1];
    if (pid === undefined) return undefined;
    // Inodes of two file systems may be alike: nobody else's process is to be named.
    const fds = `/proc/${pid}/fd`;
    const isOpen = readdirSync(fds).some((fd) => isSame(join(fds, fd), realpathSync(path)));
    return isOpen ? Number(pid) : undefined;
  } catch {
    // Without such a list the sentence names no process.
    return undefined;
  }
}

/** A descriptor that is closed while they are listed leads nowhere. */
function isSame(link: string, path: string): boolean {
  try {
    return readlinkSync(link) === path;
  } catch {
    return false;
  }
}

/** Services that hold their place there now, of this process or another. */
export function heldPlaces(dataDir: string): string[] {
  const folder = join(dataDir, "locks");
  if (!existsSync(folder)) return [];
  const services = readdirSync(folder).flatMap((name) => /^(.+)\.db$/.exec(name)?.[1] ?? []);
  return services.filter((service) => isHeld(join(folder, `${service}.db`)));
}

function isHeld(path: string): boolean {
  const place = new DatabaseSync(path, { timeout: 0 });
  try {
    place.exec("BEGIN EXCLUSIVE; ROLLBACK");
    return false;
  } catch (thrown) {
    if (/locked|busy/.test(String(thrown))) return true;
    throw thrown;
  } finally {
    place.close();
  }
}

/** Kept from the garbage collector, which would give the places back. */
const held: DatabaseSync[] = [];

/**
 * Names of people, which stand nowhere else: `$ANHU_DATA/names.yaml`, readable by its owner only, read again when it changes.
 *
 *   facilities: { pt-licheng-0001: { residents: { p-7f3a: 林秀英 }, staff: { s-01: 陈玉兰 } } }
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import { Type } from "typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { parse } from "yaml";

const closed = { additionalProperties: false };
const People = Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 100 }));
const File = Type.Object(
  {
    facilities: Type.Record(
      Type.String(),
      Type.Object({ residents: Type.Optional(People), staff: Type.Optional(People) }, closed),
    ),
  },
  closed,
);
const fileShape = Compile(File);

export interface Names {
  /** null: the file does not have it. */
  readonly resident: (facility: string, id: string) => string | null;
  readonly staff: (facility: string, id: string) => string | null;
  /** Why the file cannot be used, a sentence without a name in it; null: it can, or there is none. */
  readonly trouble: () => string | null;
  readonly close: () => void;
}

const LOOK_MS = 10_000;
/** Readable by the group or by others (POSIX.1, file permission bits). */
const BY_OTHERS = 0o077;
const NONE: Static<typeof File> = { facilities: {} };

export function openNames(options: {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}): Names {
  const { clock, log } = options;
  const path = join(options.dataDir, "names.yaml");
  let stamp = "";
  let names = NONE;
  let trouble: string | null = null;
  let cancel: () => void = () => undefined;
  look();

  function look(): void {
    cancel = clock.after(LOOK_MS, look);
    const found = statSync(path, { throwIfNoEntry: false });
    const now = `${found?.mtimeMs} ${found?.ctimeMs} ${found?.size} ${found?.ino}`;
    if (now === stamp) return;
    stamp = now;
    const read = found === undefined ? NONE : readNames(path, found.mode);
    trouble = typeof read === "string" ? `names.yaml ${read}` : null;
    // The old names stay: who is called by a wrong file is not renamed by it.
    if (typeof read !== "string") names = read;
    if (trouble !== null) log.error({ mistake: trouble }, "no names");
  }

  function nameOf(facility: string, kind: "residents" | "staff", id: string): string | null {
    const home = Object.hasOwn(names.facilities, facility) ? names.facilities[facility] : undefined;
    const people = home?.[kind];
    return people !== undefined && Object.hasOwn(people, id) ? (people[id] ?? null) : null;
  }

  return {
    resident: (facility, id) => nameOf(facility, "residents", id),
    staff: (facility, id) => nameOf(facility, "staff", id),
    trouble: () => trouble,
    close: () => cancel(),
  };
}

/** The names, or why there are none: without a word of the file's own, which would be names. */
function readNames(path: string, mode: number): Static<typeof File> | string {
  if ((mode & BY_OTHERS) !== 0) return "can be read by others than its owner: chmod 600";
  try {
    const read: unknown = parse(readFileSync(path, "utf8"));
    if (fileShape.Check(read)) return read;
    const [first] = fileShape.Errors(read);
    return `is not of the form that it must have, at ${first?.instancePath || "its top"}`;
  } catch (thrown) {
    return thrown instanceof Error && "linePos" in thrown
      ? "is no YAML"
      : `cannot be read: ${messageOf(thrown)}`;
  }
}

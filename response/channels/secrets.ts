/**
 * What webhooks are signed with: `$ANHU_DATA/secrets/webhooks.json`, {"<facility>/<staff id>": "whsec_<base64>"}. A secret is made at the
 * start, and when facility files change, for everybody who has a webhook and none yet; it stays until somebody takes it out of the file.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Facility } from "@anhu/core/facility";
import { Type } from "typebox";
import { Compile } from "typebox/compile";

/** Standard Webhooks: 24 to 64 bytes. */
const BYTES = 32;
const File = Compile(
  Type.Record(Type.String(), Type.String({ pattern: "^whsec_[A-Za-z0-9+/]{32,88}={0,2}$" })),
);

export interface Secrets {
  get(facility: string, person: string): string | undefined;
  /** Makes those that are missing, in memory and in the file. Throws `bad_secrets` when that cannot be written. */
  add(facilities: Iterable<Facility>): void;
}

/** Reads the secrets. Throws `bad_secrets` when the file cannot be read, or is something else. */
export function openSecrets(dataDir: string): Secrets {
  const path = join(dataDir, "secrets", "webhooks.json");
  let known = orBad(path, () => (existsSync(path) ? parse(readFileSync(path, "utf8")) : {}));
  return {
    get(facility, person) {
      const key = keyOf(facility, person);
      return Object.hasOwn(known, key) ? known[key] : undefined;
    },
    add(facilities) {
      const missing = [...facilities].flatMap(({ facility, staff }) =>
        staff
          .filter(({ channels }) => channels.some(({ webhook }) => webhook !== undefined))
          .map(({ id }) => keyOf(facility.id, id))
          .filter((key) => !Object.hasOwn(known, key)),
      );
      if (missing.length === 0) return;
      const made = missing.map((key) => [key, secret()] as const);
      const all = { ...known, ...Object.fromEntries(made) };
      orBad(path, () => writeWhole(path, JSON.stringify(all, null, 1)));
      known = all;
    },
  };
}

function keyOf(facility: string, person: string): string {
  return `${facility}/${person}`;
}

function secret(): string {
  return `whsec_${randomBytes(BYTES).toString("base64")}`;
}

function orBad<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const options = { fault: "environment", retry: false, cause, about: { path } } as const;
    throw new AnhuError("bad_secrets", `${path}: ${messageOf(cause)}`, options);
  }
}

function parse(text: string): Record<string, string> {
  const value: unknown = JSON.parse(text);
  // The validator's own words would show a secret.
  if (!File.Check(value)) throw new Error("is not an object of whsec_ texts");
  return value;
}

/** Whole or not at all, readable by nobody else. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  const file = openSync(fresh, "w", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
}

/** The token of this machine's own tools: `secrets/api-token`, readable by its owner only, so that who can read it could do anything here. */
import { createHash, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EVERYWHERE } from "./model.ts";
import type { Principal } from "./model.ts";

/** Who signs in by the token. */
export const LOCAL: Principal = {
  actor: "local",
  userId: null,
  name: "local",
  role: "administrator",
  scope: EVERYWHERE,
  person: null,
  language: "en",
};

/** Shorter ones are not taken: 16 random bytes as hexadecimal digits have 32. */
const SHORTEST = 32;

/** The text of `secrets/api-token`; null: there is none, and nobody can sign in by it. */
export function readApiToken(dataDir: string): string | null {
  const path = join(dataDir, "secrets", "api-token");
  const text = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  return text.length < SHORTEST ? null : text;
}

/** Whether an `Authorization` header carries the token (RFC 6750, 2.1), in a time that does not tell how much of it is right. */
export function bearsToken(authorization: string | undefined, token: string | null): boolean {
  const [, given] = /^Bearer +([\x21-\x7e]{1,256})$/i.exec(authorization ?? "") ?? [];
  if (given === undefined || token === null) return false;
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

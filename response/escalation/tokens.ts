/**
 * Capabilities to answer one call or duty check, without a session: whoever has the address may answer as the person who was called.
 *
 *   token = HMAC-SHA256(key, id of the call), base64url; the database holds its SHA-256 alone
 *
 * Made from the call's id, so that a later message about the same call carries the same token without it being kept anywhere.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";

const KEY = /^[0-9a-f]{64}$/;

export interface Tokens {
  tokenOf(id: string): string;
}

/** Opens the key in `$ANHU_DATA/secrets/answers.key`; makes it the first time. Throws `bad_answers_key`. */
export function openTokens(dataDir: string): Tokens {
  const key = Buffer.from(keyIn(join(dataDir, "secrets")), "hex");
  return { tokenOf: (id) => createHmac("sha256", key).update(id).digest("base64url") };
}

/** What the database keeps of a token. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function keyIn(folder: string): string {
  const path = join(folder, "answers.key");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  }
  const key = readFileSync(path, "utf8").trim();
  if (KEY.test(key)) return key;
  const text = `${path} does not hold 32 bytes of hexadecimal digits; remove it to have a new one made`;
  throw new AnhuError("bad_answers_key", text, {
    fault: "environment",
    retry: false,
    about: { path },
  });
}

/** Random tokens of 256 bits: whoever holds one is let in, so that only their SHA-256 is stored (docs/adr/0001). */
import { createHash, randomBytes } from "node:crypto";

/** 43 characters, base64url. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a token: SHA-256, hexadecimal. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

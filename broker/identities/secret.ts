import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * A machine's secret: 256 random bits as 43 base64url characters, and what is kept of it.
 * SHA-256 is enough: nobody can search 2^256, so a slow hash would only cost the broker a connect storm.
 */
export function newSecret(): { readonly secret: string; readonly hash: Uint8Array } {
  const secret = randomBytes(32).toString("base64url");
  return { secret, hash: hashSecret(secret) };
}

export function hashSecret(secret: string | Uint8Array): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

const NOBODY = randomBytes(32);

/** True when `secret` is the one behind `hash`. Takes as long for an unknown identity (`undefined`) as for a known one. */
export function isSecret(secret: Uint8Array, hash: Uint8Array | undefined): boolean {
  const same = timingSafeEqual(hashSecret(secret), hash ?? NOBODY);
  return same && hash !== undefined;
}

/**
 * Passwords of people, kept as scrypt (RFC 7914) in the PHC string format:
 *
 *   $scrypt$ln=17,r=8,p=1$<salt, 16 bytes, base64>$<hash, 32 bytes, base64>
 *
 * One hash takes 128 MiB and some tenths of a second of a thread: two run at once at most, so that signing in never holds up an alarm.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AnhuError } from "@anhu/core/errors";

export interface Passwords {
  /** The PHC string. Rejects with `sign_in_busy`. */
  hash(password: string): Promise<string>;
  /** Whether it is the password of a PHC string; null (nobody has one) takes the same time. Rejects with `sign_in_busy`. */
  matches(password: string, phc: string | null): Promise<boolean>;
}

interface Parameters {
  /** log2 of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP, Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1. */
const OWASP: Parameters = { ln: 17, r: 8, p: 1 };
const AT_ONCE = 2;
/** Waiting for their turn, some seconds at most; one more is refused. */
const WAITING = 16;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** NIST SP 800-63B-4, 3.1.1.2, demands a length and forbids rules of composition. assumption: 10, as the tries are limited (tries.ts). */
const SHORTEST = 10;
const LONGEST = 256;

/** Why a password is not taken, in words; null: it is taken. Length counts code points after NFC (NIST SP 800-63B-4, 3.1.1.2). */
export function weaknessOf(password: string, login: string): string | null {
  const { length } = Array.from(password.normalize("NFC"));
  if (length < SHORTEST) return `under ${SHORTEST} characters`;
  if (length > LONGEST) return `over ${LONGEST} characters`;
  const same = password.normalize("NFC").toLowerCase() === login.normalize("NFC").toLowerCase();
  return same ? "the same as the login" : null;
}

/** `ln`: log2 of N, smaller only for tests. */
export function openPasswords({ ln }: { readonly ln: number } = OWASP): Passwords {
  const parameters: Parameters = { ...OWASP, ln };
  const turn = turns();
  const nobody = { parameters, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const hash = await turn(() => derive(password, { parameters, salt }));
      const { r, p } = parameters;
      return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
    },
    async matches(password, phc) {
      const stored = phc === null ? nobody : parsePhc(phc);
      const hash = await turn(() => derive(password, stored));
      return phc !== null && timingSafeEqual(hash, stored.hash);
    },
  };
}

const PHC =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/;

function parsePhc(phc: string): { parameters: Parameters; salt: Buffer; hash: Buffer } {
  const [, ln, r, p, salt = "", hash = ""] = PHC.exec(phc) ?? [];
  if (ln === undefined) throw new Error("a stored password is no PHC string of scrypt");
  return {
    parameters: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

function derive(
  password: string,
  { parameters, salt }: { readonly parameters: Parameters; readonly salt: Buffer },
): Promise<Buffer> {
  const { ln, r, p } = parameters;
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 2 * 128 * N * r * p };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, options, (failed, key) => {
      if (failed === null) resolve(key);
      else reject(failed);
    });
  });
}

/** Runs work AT_ONCE at a time, the others in their order. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < AT_ONCE) running += 1;
    else {
      if (waiting.length >= WAITING) throw busy();
      // Whoever ends gives its place on: `running` stays.
      await new Promise<void>((go) => waiting.push(go));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function busy(): AnhuError {
  const text = "too many people sign in at this moment";
  return new AnhuError("sign_in_busy", text, { fault: "environment", retry: true });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

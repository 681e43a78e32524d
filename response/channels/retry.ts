/** When a delivery is tried again: 0.5, 1, 2, 4, 8, 16 s after its tries, each up to a half longer so that many do not come at once. */

/** assumption: a call is repeated by the escalation after 60 s anyway; a minute of tries bridges a restart of the far end. */
const FIRST_MS = 500;
const FACTOR = 2;
const JITTER = 0.5;
/** A far end may ask for more patience than ours, but not for as long as it likes. */
const RETRY_AFTER_MS = 30_000;

/** Tries of one delivery, the first among them. */
export const TRIES = 7;

/** Milliseconds until the next try after `attempts` tries (1 or more). `random` is at least 0 and below 1. */
export function nextTryMs(options: {
  readonly attempts: number;
  /** What the far end asked for. */
  readonly afterMs: number | undefined;
  readonly random: number;
}): number {
  const { attempts, afterMs = 0, random } = options;
  const backoff = FIRST_MS * FACTOR ** (attempts - 1) * (1 + JITTER * random);
  return Math.round(Math.max(backoff, Math.min(afterMs, RETRY_AFTER_MS)));
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date; undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

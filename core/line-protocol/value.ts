/** Values as they stand in the bytes: their types, ranges and text. */
export const FIELD = { float: 0, int: 1, uint: 2, string: 3, boolean: 4 } as const;
export type FieldCode = (typeof FIELD)[keyof typeof FIELD];

export const INVALID = -1;
export const OUT_OF_RANGE = -2;
const MINUS = 0x2d;

const BOOLEANS = "t T true True TRUE f F false False FALSE"
  .split(" ")
  .map((word) => new TextEncoder().encode(word));

/** The type of an unquoted value: `-?digits[.digits][e[+-]digits]`, `-?digits i`, `digits u`, or a boolean's words. */
export function wordType(
  bytes: Uint8Array,
  start: number,
  end: number,
): FieldCode | typeof INVALID | typeof OUT_OF_RANGE {
  const first = bytes[start] ?? 0;
  if (start === end) return INVALID;
  if (first !== MINUS && first !== 0x2e && !isDigit(first)) {
    return BOOLEANS.some((word) => same(bytes, start, end, word)) ? FIELD.boolean : INVALID;
  }
  const last = bytes[end - 1];
  const digitsFrom = first === MINUS ? start + 1 : start;
  const digitsTo = skipDigits(bytes, digitsFrom, end);
  if (last === 0x69 || last === 0x75) {
    if (digitsTo === digitsFrom || digitsTo !== end - 1) return INVALID;
    if (last === 0x75) {
      if (first === MINUS) return INVALID;
      return within(bytes, start, end - 1, UINT64) ? FIELD.uint : OUT_OF_RANGE;
    }
    return inInt64(bytes, start, end - 1) ? FIELD.int : OUT_OF_RANGE;
  }
  let at = digitsTo;
  let digits = digitsTo - digitsFrom;
  if (bytes[at] === 0x2e && at < end) {
    const fraction = skipDigits(bytes, at + 1, end);
    digits += fraction - at - 1;
    at = fraction;
  }
  if (digits === 0) return INVALID;
  const mantissa = at;
  if (at < end && ((bytes[at] ?? 0) | 0x20) === 0x65) {
    at++;
    if (bytes[at] === MINUS || bytes[at] === 0x2b) at++;
    const exponent = skipDigits(bytes, at, end);
    if (exponent === at) return INVALID;
    at = exponent;
  }
  if (at !== end) return INVALID;
  if (mantissa === end && end - start < 300) return FIELD.float;
  return Number.isFinite(Number(ascii(bytes, start, end))) ? FIELD.float : OUT_OF_RANGE;
}

const INT64 = 2n ** 63n - 1n;
const UINT64 = 2n ** 64n - 1n;

/** Whether `-?digits` fits 64 bits; an empty range does. */
export function inInt64(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === MINUS
    ? within(bytes, start + 1, end, INT64 + 1n)
    : within(bytes, start, end, INT64);
}

function within(bytes: Uint8Array, start: number, end: number, max: bigint): boolean {
  if (end - start < 19) return true;
  let from = start;
  while (from < end && bytes[from] === 0x30) from++;
  if (end - from < 19) return true;
  return end - from <= 20 && BigInt(ascii(bytes, from, end)) <= max;
}

function same(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

function skipDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at] ?? 0)) at++;
  return at;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return latin1.decode(bytes.subarray(start, end));
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const latin1 = new TextDecoder("latin1");
const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Topic names and filters, MQTT 3.1.1 section 4.7, narrower where the standard leaves room:
 * at most 512 bytes, no control characters (1.5.3 lets a receiver close on them), no `$` topics.
 */
const MAX_BYTES = 512;

/** Controls with NUL, and U+FFFD: what a decoder puts for ill-formed UTF-8 [MQTT-1.5.3-1, -2]. */
const UNSAFE = /\p{Cc}|\ufffd/u;

/** True for a topic that may be published to: no wildcards, not empty, not `$`. */
export function isTopic(text: string): boolean {
  return isSafe(text) && !/[#+]/.test(text);
}

/** True for a filter that may be subscribed to: `+` and a last `#` only as whole levels [MQTT-4.7.1-2, -3]. */
export function isFilter(text: string): boolean {
  if (!isSafe(text)) return false;
  const levels = text.split("/");
  return levels.every(
    (level, at) =>
      !/[#+]/.test(level) || level === "+" || (level === "#" && at === levels.length - 1),
  );
}

/**
 * True when everything that `asked` matches is matched by one of `allowed`; `asked` is a topic or a filter.
 * `a/#` covers `a` itself [MQTT-4.7.1-2]; nothing covers a `$` topic.
 */
export function coveredByAny(allowed: readonly string[], asked: string): boolean {
  return !asked.startsWith("$") && allowed.some((filter) => covers(filter, asked));
}

function covers(allowed: string, asked: string): boolean {
  const have = allowed.split("/");
  const want = asked.split("/");
  for (const [at, level] of have.entries()) {
    if (level === "#") return true;
    const other = want[at];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
  }
  return have.length === want.length || (want.length < have.length && have[want.length] === "#");
}

function isSafe(text: string): boolean {
  return (
    text !== "" &&
    !text.startsWith("$") &&
    !UNSAFE.test(text) &&
    Buffer.byteLength(text) <= MAX_BYTES
  );
}

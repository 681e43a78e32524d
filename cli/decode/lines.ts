/** Longest line that is read: the longest message that any driver takes, as hex. */
export const MAX_LINE = 16_777_216;

/**
 * Cuts a byte stream at LF; a CR before it goes, an empty last line too. Nothing else ends a line: payloads may hold
 * any character. A line over `MAX_LINE` bytes comes out as `null`.
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Buffer | null> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      yield lineOf([...held, bytes.subarray(start, end)], length + end - start);
      held = [];
      length = 0;
      start = end + 1;
    }
    length += bytes.length - start;
    // Beyond the bound only the length is kept.
    if (length > MAX_LINE) held = [];
    else held.push(bytes.subarray(start));
  }
  if (length > 0) yield lineOf(held, length);
}

function lineOf(parts: readonly Buffer[], length: number): Buffer | null {
  if (length > MAX_LINE) return null;
  const line = Buffer.concat(parts);
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

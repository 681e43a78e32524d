import { LineReader } from "@anhu/core/line-protocol";

/** A line that is longer than this, or a string that is not closed within it, is read as if the input ended there. */
const MAX_LINE_BYTES = 1024 * 1024;

/**
 * Cuts a stream of line protocol into its lines as they become complete. Ends are found by the reader, so that
 * a line break inside a quoted string stays inside; blank lines and comments are left out.
 */
export async function* completeLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([pending, chunk]);
    const end = yield* cut(bytes, bytes.length > MAX_LINE_BYTES);
    pending = bytes.subarray(end);
  }
  yield* cut(pending, true);
}

/** Yields the complete lines, all of them when `last`; returns where the rest begins. */
function* cut(bytes: Uint8Array, last: boolean): Generator<Uint8Array, number> {
  const reader = new LineReader(bytes);
  while (reader.next()) {
    const unended = !bytes.includes(LF, reader.end) || reader.error?.reason === "unclosed_string";
    if (unended && !last) return reader.start;
    yield bytes.subarray(reader.start, reader.end);
  }
  // What is left can be half a comment.
  return last ? bytes.length : bytes.lastIndexOf(LF) + 1;
}

const LF = 10;

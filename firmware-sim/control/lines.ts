/** Cuts a byte stream into lines of UTF-8 text. */
export interface LineReader {
  /** The lines that are whole now; undefined once a line is longer than the limit. */
  push(bytes: Uint8Array): string[] | undefined;
}

export function readLines(limit: number): LineReader {
  let held = Buffer.alloc(0);
  return {
    push(bytes) {
      const all = Buffer.concat([held, bytes]);
      const lines: string[] = [];
      let from = 0;
      for (let end = all.indexOf(0x0a); end !== -1; end = all.indexOf(0x0a, from)) {
        if (end - from > limit) return undefined;
        lines.push(all.toString("utf8", from, end));
        from = end + 1;
      }
      held = all.subarray(from);
      return held.length > limit ? undefined : lines;
    },
  };
}

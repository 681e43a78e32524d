/** Operations on a batch's text that keep every other byte as it is. */
import { LineReader } from "@anhu/core/line-protocol";

/** Adds `shiftMs` to the time of every line. */
export function shiftLines(text: Uint8Array, shiftMs: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const reader = new LineReader(text);
  let copied = 0;
  while (reader.next()) {
    if (reader.error !== null || reader.timeStart === reader.timeEnd) continue;
    const time = Number(Buffer.from(text.subarray(reader.timeStart, reader.timeEnd)).toString());
    parts.push(text.subarray(copied, reader.timeStart), Buffer.from(String(time + shiftMs)));
    copied = reader.timeEnd;
  }
  parts.push(text.subarray(copied));
  return Uint8Array.from(Buffer.concat(parts));
}

/** The lines with these 1-based numbers, each with its line break. */
export function pickLines(text: Uint8Array, numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const wanted = new Set(numbers);
  const parts: Uint8Array[] = [];
  const reader = new LineReader(text);
  for (let number = 1; reader.next(); number++) {
    if (wanted.has(number)) parts.push(text.subarray(reader.start, reader.end), NEWLINE);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

const NEWLINE = Buffer.from("\n");

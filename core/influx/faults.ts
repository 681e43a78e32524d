/** With these statuses a server of any version refuses a write for what is in it. 413 is one line too many. */
const STATUSES: readonly number[] = [400, 413, 422];

export type LineFault = "wrong_type" | "time_too_old" | "time_too_new" | "bad_line";

/**
 * What servers say against a line, 1.x to 3.x. Whatever else they say with these statuses (no database given, too many
 * series, ...) is nobody's line: it must not turn a whole batch into dead letters.
 */
const FAULTS: readonly (readonly [said: RegExp, code: LineFault])[] = [
  [/field type conflict|invalid column type|expected iox::column_type/i, "wrong_type"],
  [/beyond retention policy|outside retention/i, "time_too_old"],
  [/time outside range/i, "time_too_new"],
  [/unable to parse|parsing error|invalid line protocol|max key size/i, "bad_line"],
  [/partial write of line protocol/i, "bad_line"],
];

/** Whether an answer to a write refuses what is in it. */
export function isAboutLines(status: number): boolean {
  return STATUSES.includes(status);
}

/** The code of the lines' fault behind a write that was refused; undefined when it is not theirs. */
export function lineFaultOf(status: number, said: string): LineFault | undefined {
  if (!isAboutLines(status)) return undefined;
  if (status === 413) return "bad_line";
  return FAULTS.find(([pattern]) => pattern.test(said))?.[1];
}

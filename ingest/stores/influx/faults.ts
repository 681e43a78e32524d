import { HttpError } from "@influxdata/influxdb-client";
import type { LineCode } from "../../check/line.ts";

/** With these statuses a server of any version refuses a write for what is in it. 413 is one line too many. */
const STATUSES: readonly number[] = [400, 413, 422];

/**
 * What servers say against a line, 1.x to 3.x. Whatever else they say with these statuses (no database given, too many
 * series, ...) is nobody's line: it must not turn a whole batch into dead letters.
 */
const FAULTS: readonly (readonly [said: RegExp, code: LineCode])[] = [
  [/field type conflict|invalid column type|expected iox::column_type/i, "wrong_type"],
  [/beyond retention policy|outside retention/i, "time_too_old"],
  [/time outside range/i, "time_too_new"],
  [/unable to parse|parsing error|invalid line protocol|max key size/i, "bad_line"],
  [/partial write of line protocol/i, "bad_line"],
];

/** Whether the server refused what is in the write. */
export function aboutLines(thrown: unknown): thrown is HttpError {
  return thrown instanceof HttpError && STATUSES.includes(thrown.statusCode);
}

/** The code of the lines' fault behind a failed write; undefined when it is not theirs. */
export function lineFault(thrown: unknown): LineCode | undefined {
  if (!aboutLines(thrown)) return undefined;
  if (thrown.statusCode === 413) return "bad_line";
  const said = `${thrown.message} ${thrown.body ?? ""}`;
  return FAULTS.find(([pattern]) => pattern.test(said))?.[1];
}

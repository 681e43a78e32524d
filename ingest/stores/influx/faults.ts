import { isAboutLines, lineFaultOf } from "@anhu/core/influx";
import { HttpError } from "@influxdata/influxdb-client";
import type { LineCode } from "../../check/line.ts";

/** Whether the server refused what is in the write. */
export function aboutLines(thrown: unknown): thrown is HttpError {
  return thrown instanceof HttpError && isAboutLines(thrown.statusCode);
}

/** The code of the lines' fault behind a failed write; undefined when it is not theirs. */
export function lineFault(thrown: unknown): LineCode | undefined {
  if (!(thrown instanceof HttpError)) return undefined;
  return lineFaultOf(thrown.statusCode, `${thrown.message} ${thrown.body ?? ""}`);
}

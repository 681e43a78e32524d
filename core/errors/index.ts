/** Whose fault a failure is: it decides who is told. */
export type Fault = "peer" | "environment" | "caller" | "internal";

export interface AnhuErrorOptions {
  readonly fault: Fault;
  /** true: the same call may succeed later. */
  readonly retry: boolean;
  readonly cause?: unknown;
}

/** A failure of I/O or a bug. Callers branch on `code`, `fault` and `retry`, never on the text. Codes: docs/errors.md. */
export class AnhuError extends Error {
  readonly code: string;
  readonly fault: Fault;
  readonly retry: boolean;

  constructor(code: string, message: string, options: AnhuErrorOptions) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "AnhuError";
    this.code = code;
    this.fault = options.fault;
    this.retry = options.retry;
  }
}

/** The text of anything thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

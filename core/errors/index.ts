/** Whose fault a failure is: it decides who is told. */
export type Fault = "peer" | "environment" | "caller" | "internal";

/** What a sentence in any language names: paths, ports, variables. */
export type Facts = Readonly<Record<string, string | number>>;

export interface AnhuErrorOptions {
  readonly fault: Fault;
  /** true: the same call may succeed later. */
  readonly retry: boolean;
  readonly cause?: unknown;
  readonly about?: Facts;
}

/** A failure as a service tells it to the process that started it. */
export interface Failure {
  readonly failed: string;
  readonly code?: string;
  readonly about?: Facts;
}

/** A failure of I/O or a bug. Callers branch on `code`, `fault` and `retry`, never on the text. Codes: docs/errors.md. */
export class AnhuError extends Error {
  readonly code: string;
  readonly fault: Fault;
  readonly retry: boolean;
  readonly about: Facts;

  constructor(code: string, message: string, options: AnhuErrorOptions) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "AnhuError";
    this.code = code;
    this.fault = options.fault;
    this.retry = options.retry;
    this.about = options.about ?? {};
  }
}

/** The text of anything thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What to tell the process that started this one. */
export function failureOf(thrown: unknown): Failure {
  const failed = messageOf(thrown);
  if (!(thrown instanceof AnhuError)) return { failed };
  return { failed, code: thrown.code, about: thrown.about };
}

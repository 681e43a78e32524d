/** Mistakes of whoever set the gateway up, as errors that end its start. */
import { AnhuError } from "@anhu/core/errors";
import type { Result } from "@anhu/core/result";

/** The value, or what is wrong with the configuration. Throws the result's reason. */
export function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw configError(result.error.reason, result.error.detail);
}

export function configError(code: string, text: string): AnhuError {
  return new AnhuError(code, text, { fault: "caller", retry: false });
}

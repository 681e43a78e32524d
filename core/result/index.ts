/** An expected outcome as a value: exceptions are kept for I/O and bugs (see core/errors). */
export type Result<T, E = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Why something was not accepted. `reason` is a code of docs/errors.md; `detail` is for a person. */
export interface Refusal {
  readonly reason: string;
  readonly detail: string;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refuse(
  reason: string,
  detail: string,
): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { reason, detail } };
}

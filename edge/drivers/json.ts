/** JSON of a payload: outside input is unknown until somebody has looked at it. */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Parses UTF-8 JSON. Fails with `bad_json`. */
export function parseJson(payload: Uint8Array): Result<unknown> {
  try {
    return ok(JSON.parse(utf8.decode(payload)));
  } catch (thrown) {
    return refuse("bad_json", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** true for a JSON object; its keys can be hostile, so read it with `Object.hasOwn` or `Object.entries`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

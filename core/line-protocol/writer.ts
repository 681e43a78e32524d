import { AnhuError } from "../errors/index.ts";
import type { Point } from "../points/index.ts";
import { KINDS } from "../points/index.ts";
import type { Result } from "../result/index.ts";
import { ok, refuse } from "../result/index.ts";
import type { LineValue } from "./parse.ts";

/** What `writeLine` writes; the time's unit is the caller's. */
export interface WritableLine {
  readonly name: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly (readonly [key: string, value: LineValue])[];
  readonly time: bigint | number | null;
}

/**
 * Writes one line, without a line break at its end, so that reading it gives the same values. Fails with `bad_point` for
 * what line protocol cannot say: no field, an empty name, key or tag value, one that ends in a backslash or has a
 * control character, a number that is not finite or not 64 bits, text that is not Unicode.
 */
export function writeLine(line: WritableLine): Result<string> {
  const { name, tags, fields, time } = line;
  if (!isToken(name) || /^ *#/.test(name)) return refuse("bad_point", `measurement "${name}"`);
  let text = name.replaceAll(/[, ]/g, "\\$&");
  for (const [key, value] of tags) {
    if (!isToken(key) || !isToken(value)) return refuse("bad_point", `tag ${key}="${value}"`);
    text += `,${escapeKey(key)}=${escapeKey(value)}`;
  }
  if (fields.length === 0) return refuse("bad_point", "no fields");
  let separator = " ";
  for (const [key, value] of fields) {
    const written = writeValue(value);
    if (!isToken(key) || written === null) return refuse("bad_point", `field "${key}"`);
    text += `${separator}${escapeKey(key)}=${written}`;
    separator = ",";
  }
  if (time === null) return ok(text);
  if (typeof time === "number" ? !Number.isSafeInteger(time) : BigInt.asIntN(64, time) !== time) {
    return refuse("bad_point", `time ${time}`);
  }
  return ok(`${text} ${time}`);
}

/**
 * One line of a readings batch for a point that the edge has named and stamped (`at`: UTC ms). Tags: device, room and,
 * on kinds tied to a person, resident; absent ones become `none`. Throws `bad_point` for what line protocol cannot say.
 */
export function lineOf(point: Point & { readonly at: number }): string {
  const tags: [string, string][] = [
    ["device", point.device],
    ["room", point.room ?? "none"],
  ];
  if (KINDS[point.kind].resident) tags.push(["resident", point.resident ?? "none"]);
  const fields = Object.entries(point.fields).map(([key, value]): [string, LineValue] => {
    if (typeof value === "number") return [key, { float: value }];
    return [key, typeof value === "boolean" ? { bool: value } : { string: value }];
  });
  const line = writeLine({ name: point.kind, tags, fields, time: point.at });
  if (line.ok) return line.value;
  throw new AnhuError("bad_point", `${point.kind} of ${point.device}: ${line.error.detail}`, {
    fault: "internal",
    retry: false,
  });
}

function writeValue(value: LineValue): string | null {
  if ("float" in value) return Number.isFinite(value.float) ? String(value.float) : null;
  if ("int" in value) return BigInt.asIntN(64, value.int) === value.int ? `${value.int}i` : null;
  if ("uint" in value) {
    return BigInt.asUintN(64, value.uint) === value.uint ? `${value.uint}u` : null;
  }
  if ("bool" in value) return String(value.bool);
  return value.string.isWellFormed() ? `"${value.string.replaceAll(/["\\]/g, "\\$&")}"` : null;
}

function escapeKey(text: string): string {
  return text.replaceAll(/[,= ]/g, "\\$&");
}

function isToken(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  return text !== "" && text.isWellFormed() && !/[\0-\x1f\x7f]|\\$/.test(text);
}

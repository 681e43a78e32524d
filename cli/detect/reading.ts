import type { StampedPoint } from "@anhu/core/detection";
import type { FacilityIndex } from "@anhu/core/facility";
import { parse, plain } from "@anhu/core/line-protocol";
import type { Line } from "@anhu/core/line-protocol";
import type { FieldValue, Kind } from "@anhu/core/points";
import { fieldType, isKind } from "@anhu/core/points";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";

/**
 * Reads one line (time: UTC ms, or ns where it is too large for that) as a point of the facility. Room and resident come from the facility file when the line has none.
 * Fails with the reader's reasons, or `no_time`, `missing_tag`, `unknown_kind`, `unknown_field`, `duplicate_field`, `wrong_type`.
 */
export function readPoint(bytes: Uint8Array, index: FacilityIndex): Result<StampedPoint> {
  const inMs = parse(bytes, { precision: "ms" });
  const isLarge = inMs.mistakes[0]?.reason === "out_of_range";
  const { lines, mistakes } = isLarge ? parse(bytes, { precision: "ns" }) : inMs;
  const [line] = lines;
  if (line === undefined) return refuse(mistakes[0]?.reason ?? "no_fields", quote(bytes));
  const { name, time } = line;
  if (time === null) return refuse("no_time", quote(bytes));
  if (!isKind(name)) return refuse("unknown_kind", name);
  const fields = readFields(name, line);
  if (!fields.ok) return fields;
  const tags = new Map(line.tags);
  const device = tags.get("device");
  if (device === undefined) return refuse("missing_tag", "device");
  const known = index.devices.get(device);
  const resident = tags.get("resident") ?? known?.resident;
  return ok({
    kind: name,
    device,
    room: tags.get("room") ?? known?.room ?? "none",
    ...(resident === undefined ? {} : { resident }),
    fields: fields.value,
    at: Number(time / 1_000_000n),
  });
}

function readFields(kind: Kind, line: Line): Result<Record<string, FieldValue>> {
  const fields = new Map<string, FieldValue>();
  for (const [key, written] of line.fields) {
    const type = fieldType(kind, key);
    if (type === undefined) return refuse("unknown_field", `${kind} has no ${key}`);
    if (fields.has(key)) return refuse("duplicate_field", key);
    const value = plain(written);
    const fits =
      typeof type === "object"
        ? typeof value === "string" && type.includes(value)
        : typeof value === type && !("int" in written || "uint" in written);
    if (!fits) return refuse("wrong_type", `${kind}.${key} is ${String(value)}`);
    fields.set(key, value);
  }
  return ok(Object.fromEntries(fields));
}

function quote(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 200));
}

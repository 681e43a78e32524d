/**
 * The application data unit: type flag 1, number of objects 1, objects (8.1). What devices of the field do otherwise
 * is taken with a note: labels where the standard has none, missing labels, one label behind all objects, a wrong count.
 */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Part, TypeSpec } from "./codes.ts";
import { TYPES } from "./codes.ts";
import { parseTime } from "./time.ts";

export interface Adu {
  readonly type: number;
  readonly name: string;
  readonly objects: readonly InformationObject[];
  readonly notes: readonly string[];
}

export interface InformationObject {
  /** By the names of the type's layout. A time inside the body is UTC ms or null. */
  readonly values: Readonly<Record<string, number | string | null>>;
  /** The object's time label as UTC ms; null when there is none or it is no time. */
  readonly at: number | null;
}

const LABEL = 6;

/** Parses an ADU of at least one byte. Fails with `bad_adu` when not one object of a known type fits. */
export function parseAdu(bytes: Uint8Array, utcOffsetMin: number): Result<Adu> {
  const type = bytes[0] ?? 0;
  const count = bytes[1] ?? 0;
  const spec = TYPES.get(type);
  if (spec === undefined) {
    const name = type < 128 ? "reserved type" : "user type";
    return ok({ type, name, objects: [], notes: [name.replace(" ", "_")] });
  }
  const body = bytes.subarray(2);
  if (count === 0 || body.length === 0) {
    return ok({ type, name: spec.name, objects: [], notes: ["no_objects"] });
  }
  const cut = cutObjects(spec, body, count);
  if (cut === null) {
    return refuse("bad_adu", `type ${type}: ${body.length} bytes hold no object (${count} said)`);
  }
  const objects = cut.objects.map((object) => parseObject(spec, object, utcOffsetMin));
  return ok({ type, name: spec.name, objects, notes: cut.notes });
}

interface ObjectBytes {
  readonly body: Uint8Array;
  readonly label: Uint8Array | null;
}

interface Cut {
  readonly objects: readonly ObjectBytes[];
  readonly notes: readonly string[];
}

/** The first way of cutting that uses up every byte; otherwise as many whole objects as fit. */
function cutObjects(spec: TypeSpec, body: Uint8Array, count: number): Cut | null {
  const labels = spec.label ? 1 : 0;
  for (const way of [labels, labels + 1, 0]) {
    const { objects, used } = walk(spec, body, { count, labels: way });
    if (objects.length === count && used === body.length) {
      const note = way > labels ? "extra_label" : "no_label";
      return { objects, notes: way === labels ? [] : [note] };
    }
  }
  const { objects, used } = walk(spec, body, { count, labels: 0 });
  if (objects.length === count && used + LABEL === body.length) {
    const label = body.subarray(used);
    return { objects: objects.map((object) => ({ ...object, label })), notes: ["one_label"] };
  }
  const whole = walk(spec, body, { count, labels }).objects;
  const most = whole.length > 0 ? whole : objects;
  return most.length === 0 ? null : { objects: most, notes: ["count_mismatch"] };
}

/** Cuts up to `count` objects, each followed by so many labels, of which the first counts. */
function walk(
  spec: TypeSpec,
  bytes: Uint8Array,
  { count, labels }: { count: number; labels: number },
): { objects: ObjectBytes[]; used: number } {
  const objects: ObjectBytes[] = [];
  let used = 0;
  while (objects.length < count) {
    const end = used + bodySize(spec, bytes.subarray(used));
    const next = end + labels * LABEL;
    if (next > bytes.length) break;
    const label = labels === 0 ? null : bytes.subarray(end, end + LABEL);
    objects.push({ body: bytes.subarray(used, end), label });
    used = next;
  }
  return { objects, used };
}

const SIZES = { u8: 1, u16: 2, i16: 2, u32: 4, time: 6, text31: 31 } as const;

function bodySize(spec: TypeSpec, rest: Uint8Array): number {
  let size = 0;
  for (const [, form] of spec.body) size += form === "text" ? 1 + (rest[size] ?? 0) : SIZES[form];
  return size;
}

function parseObject(spec: TypeSpec, object: ObjectBytes, utcOffsetMin: number): InformationObject {
  const values: Record<string, number | string | null> = {};
  const { body } = object;
  let at = 0;
  for (const [name, form] of spec.body) {
    const size = form === "text" ? body.length - at : SIZES[form];
    values[name] = READ[form](new DataView(body.buffer, body.byteOffset + at, size), utcOffsetMin);
    at += size;
  }
  return { values, at: object.label === null ? null : parseTime(object.label, utcOffsetMin) };
}

type Reader = (bytes: DataView, utcOffsetMin: number) => number | string | null;

const READ: Readonly<Record<Part[1], Reader>> = {
  u8: (bytes) => bytes.getUint8(0),
  u16: (bytes) => bytes.getUint16(0, true),
  i16: (bytes) => bytes.getInt16(0, true),
  u32: (bytes) => bytes.getUint32(0, true),
  time: (bytes, utcOffsetMin) => parseTime(bytesOf(bytes), utcOffsetMin),
  text31: (bytes) => parseText(bytesOf(bytes)),
  text: (bytes) => parseText(bytesOf(bytes).subarray(1)),
};

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** GB 18030. Padding goes; NULs inside, which real devices send, become one space, so that what stands behind them is kept. */
function parseText(bytes: Uint8Array): string {
  // eslint-disable-next-line no-control-regex
  return new TextDecoder("gb18030").decode(bytes).replaceAll(/\0+/g, " ").trim();
}

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

interface Cut {
  readonly objects: readonly ObjectBytes[];
  readonly notes: readonly string[];
}

interface ObjectBytes {
  readonly body: Uint8Array;
  readonly label: Uint8Array | null;
}

/** The first way of cutting that uses up every byte; otherwise as many whole objects of the standard size as fit. */
function cutObjects(spec: TypeSpec, body: Uint8Array, count: number): Cut | null {
  const ways: readonly { label: boolean; extra: number; shared: number; note?: string }[] = [
    { label: spec.label, extra: 0, shared: 0 },
    { label: true, extra: spec.label ? LABEL : 0, shared: 0, note: "extra_label" },
    { label: false, extra: 0, shared: 0, note: "no_label" },
    { label: false, extra: 0, shared: LABEL, note: "one_label" },
  ];
  for (const way of ways) {
    const walked = walk(spec, body, count, way);
    if (walked.length === count && walked.used + way.shared === body.length) {
      const shared = way.shared === 0 ? null : body.subarray(walked.used);
      const objects = walked.objects.map((object) => ({
        ...object,
        label: shared ?? object.label,
      }));
      return { objects, notes: way.note === undefined ? [] : [way.note] };
    }
  }
  const { objects } = walk(spec, body, count, { label: spec.label, extra: 0 });
  return objects.length === 0 ? null : { objects, notes: ["count_mismatch"] };
}

function walk(
  spec: TypeSpec,
  body: Uint8Array,
  count: number,
  way: { label: boolean; extra: number },
): { objects: ObjectBytes[]; length: number; used: number } {
  const objects: ObjectBytes[] = [];
  let at = 0;
  while (objects.length < count) {
    const size = bodySize(spec, body.subarray(at));
    const end = at + size;
    const next = end + (way.label ? LABEL : 0) + way.extra;
    if (next > body.length) break;
    objects.push({
      body: body.subarray(at, end),
      label: way.label ? body.subarray(end, end + LABEL) : null,
    });
    at = next;
  }
  return { objects, length: objects.length, used: at };
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

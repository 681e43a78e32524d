import type { FieldRange, LineReader } from "@anhu/core/line-protocol";
import { FIELD } from "@anhu/core/line-protocol";
import type { FieldType, KindSpec } from "@anhu/core/points";
import { COMMON_FIELDS, KINDS } from "@anhu/core/points";
import { Words } from "./words.ts";

/** Why one line of a batch is not stored. Codes: docs/errors.md. */
export type LineCode =
  | "bad_line"
  | "unknown_kind"
  | "missing_tag"
  | "foreign_tag"
  | "duplicate_tag"
  | "unknown_field"
  | "duplicate_field"
  | "wrong_type"
  | "no_time"
  | "time_too_old"
  | "time_too_new";

/** The kind of the line that was just read, or undefined when the registry does not know it. */
export function kindOf(line: LineReader): CheckedKind | undefined {
  return KIND_WORDS.get(line.bytes, line.start, line.nameEnd);
}

/** Holds the line's fields against the registry: every one known, once, and of its type; numbers are floats. */
export function checkFields(line: LineReader, kind: CheckedKind): LineCode | null {
  let seen = 0;
  for (let i = 0; i < line.fieldCount; i++) {
    const field = line.fields[i];
    const known = field && kind.fields.get(line.bytes, field.keyStart, field.keyEnd);
    if (field === undefined || known === undefined) return "unknown_field";
    if ((seen & known.bit) !== 0) return "duplicate_field";
    seen |= known.bit;
    if (!hasType(line, field, known.type)) return "wrong_type";
  }
  return null;
}

/**
 * Holds a line as stores get it against the registry: exactly the tags `device,facility,gateway[,resident],room` in that
 * order, its fields, and a time. Every store asks this, so that all refuse alike.
 */
export function checkStored(line: LineReader): LineCode | null {
  if (line.error !== null) return "bad_line";
  const kind = kindOf(line);
  if (kind === undefined) return "unknown_kind";
  const wanted = kind.resident ? PERSON_TAGS : PLACE_TAGS;
  for (let i = 0; i < Math.max(wanted.length, line.tagCount); i++) {
    const tag = line.tags[i];
    const word = wanted[i];
    if (word === undefined) return "foreign_tag";
    if (tag === undefined || i >= line.tagCount) return "missing_tag";
    if (TAG_WORDS.get(line.bytes, tag.keyStart, tag.keyEnd) !== word) return "foreign_tag";
  }
  return checkFields(line, kind) ?? checkRange(line);
}

/** Milliseconds of more than 15 digits are none that any store can keep exactly. */
function checkRange(line: LineReader): LineCode | null {
  if (line.timeStart === line.timeEnd) return "no_time";
  const negative = line.bytes[line.timeStart] === 0x2d;
  if (line.timeEnd - line.timeStart <= (negative ? 16 : 15)) return null;
  return negative ? "time_too_old" : "time_too_new";
}

export interface CheckedKind {
  readonly resident: boolean;
  readonly fields: Words<FieldRule>;
}

interface FieldRule {
  /** One bit per field of the kind, to see a second one. */
  readonly bit: number;
  readonly type: "number" | "boolean" | Words<true>;
}

const PLACE_TAGS = ["device", "facility", "gateway", "room"] as const;
const PERSON_TAGS = ["device", "facility", "gateway", "resident", "room"] as const;
const TAG_WORDS = new Words(PERSON_TAGS.map((tag) => [tag, tag] as const));
const KIND_WORDS = new Words(
  Object.entries<KindSpec>(KINDS).map(([name, spec]) => [name, checkedKind(spec)] as const),
);

function checkedKind(spec: KindSpec): CheckedKind {
  const fields = Object.entries<FieldType>({ ...spec.fields, ...COMMON_FIELDS });
  return {
    resident: spec.resident,
    fields: new Words(
      fields.map(([name, type], i) => [name, { bit: 1 << i, type: checkedType(type) }]),
    ),
  };
}

function checkedType(type: FieldType): FieldRule["type"] {
  return typeof type === "string" ? type : new Words(type.map((word) => [word, true]));
}

function hasType(line: LineReader, field: FieldRange, type: FieldRule["type"]): boolean {
  if (type === "number") return field.type === FIELD.float;
  if (type === "boolean") return field.type === FIELD.boolean;
  return (
    field.type === FIELD.string &&
    type.get(line.bytes, field.valueStart, field.valueEnd) !== undefined
  );
}

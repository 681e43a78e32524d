/**
 * InfluxQL that 1.x, 2.x (DBRP mapping) and 3.x understand. Kinds are measurements. Names come from the registry, values
 * from outside are quoted. A condition on a field is true only for points that have it, which is how "has the field" is asked.
 */
import { quoteText } from "@anhu/core/influx";
import type { FieldType, Kind, KindSpec } from "@anhu/core/points";
import { COMMON_FIELDS, fieldType, isKind, KINDS } from "@anhu/core/points";
import type { ReadingQuery } from "../store.ts";

/** One statement per kind that can match; none when none can. */
export function readingsStatements(query: ReadingQuery, limit: number): string[] {
  return kindsOf(query).map(
    (kind) =>
      `SELECT * FROM "${kind}" WHERE ${conditions(query, kind)} ORDER BY time LIMIT ${limit}`,
  );
}

/** Counts points whatever fields they have: a tag that an inner SELECT returns is on every point. */
export function countStatements(query: ReadingQuery): string[] {
  return kindsOf(query).map(
    (kind) =>
      `SELECT count("device") FROM (SELECT * FROM "${kind}" WHERE ${conditions(query, kind)})`,
  );
}

/** The newest value of one field, by device, for every field of the registry. */
export function lastStatements(query: {
  readonly facility: string;
  readonly device?: string;
}): string[] {
  return Object.keys(KINDS)
    .filter(isKind)
    .flatMap((kind) =>
      fieldsOf(kind).map(
        (field) =>
          `SELECT last("${field}") AS "${field}" FROM "${kind}" WHERE ${conditions(query, kind)} GROUP BY "device"`,
      ),
    );
}

function kindsOf({ kind, field }: ReadingQuery): Kind[] {
  return Object.keys(KINDS)
    .filter(isKind)
    .filter((one) => kind === undefined || one === kind)
    .filter((one) => field === undefined || fieldType(one, field) !== undefined);
}

function fieldsOf(kind: Kind): string[] {
  const spec: KindSpec = KINDS[kind];
  return [...Object.keys(spec.fields), ...Object.keys(COMMON_FIELDS)];
}

function conditions(query: Omit<ReadingQuery, "kind">, kind: Kind): string {
  const { facility, device, field, from, to } = query;
  const all = [`"facility" = ${quoteText(facility)}`];
  if (device !== undefined) all.push(`"device" = ${quoteText(device)}`);
  const type = field === undefined ? undefined : fieldType(kind, field);
  if (type !== undefined) all.push(present(`"${field}"`, type));
  if (from !== undefined) all.push(`time >= ${Math.ceil(from)}ms`);
  if (to !== undefined) all.push(`time < ${Math.ceil(to)}ms`);
  return all.join(" AND ");
}

function present(field: string, type: FieldType): string {
  if (type === "boolean") return `(${field} = true OR ${field} = false)`;
  if (type === "number") return `(${field} >= 0 OR ${field} < 0)`;
  return `(${type.map((word) => `${field} = ${quoteText(word)}`).join(" OR ")})`;
}

import { fieldType, isKind } from "@anhu/core/points";
import type { LastValue, Reading } from "../store.ts";
import type { Series } from "./server.ts";

/** Readings from rows with tags and fields as columns, oldest first, then by kind and device. */
export function readingsOf(series: readonly Series[]): Reading[] {
  const readings = series.flatMap((one) => one.values.map((row) => readingOf(one, row)));
  return readings.toSorted(
    (a, b) => a.at - b.at || order(a.kind, b.kind) || order(a.device, b.device),
  );
}

export function countOf(series: readonly Series[]): number {
  return series.reduce((sum, one) => sum + Number(one.values[0]?.[1] ?? 0), 0);
}

/** Each series is one field, named by its second column, of one device. */
export function lastValuesOf(series: readonly Series[]): LastValue[] {
  return series.flatMap(({ name, tags, columns, values }) =>
    values.map(([at, value]) => ({
      kind: name,
      device: tags?.["device"] ?? "",
      field: columns[1] ?? "",
      value: value as LastValue["value"],
      at: Number(at),
    })),
  );
}

function readingOf(series: Series, row: readonly unknown[]): Reading {
  const cell = new Map(series.columns.map((column, at) => [column, row[at]]));
  const tag = (name: string): string | null => {
    const value = cell.get(name);
    return typeof value === "string" ? value : null;
  };
  const kind = series.name;
  const fields = series.columns.filter(
    (column) =>
      isKind(kind) && fieldType(kind, column) !== undefined && (cell.get(column) ?? null) !== null,
  );
  return {
    kind,
    gateway: tag("gateway") ?? "",
    device: tag("device") ?? "",
    room: tag("room") ?? "",
    resident: tag("resident"),
    at: Number(cell.get("time")),
    fields: Object.fromEntries(
      fields.map((field) => [field, cell.get(field)]),
    ) as Reading["fields"],
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

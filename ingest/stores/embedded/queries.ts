import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { parseFields } from "@anhu/core/line-protocol";
import type { LastValue, Reading, ReadingQuery } from "../store.ts";

/** The reading half of the embedded store; works on any connection to its file. */
export function queryReadings(
  database: DatabaseSync,
  query: ReadingQuery,
  limit: number,
): Reading[] {
  const { where, values } = conditions(query);
  const rows = database
    .prepare(`SELECT * FROM reading WHERE ${where} ORDER BY at, kind, device LIMIT ?`)
    .all(...values, limit);
  return rows.map((row) => ({
    kind: String(row["kind"]),
    gateway: String(row["gateway"]),
    device: String(row["device"]),
    room: String(row["room"]),
    resident: row["resident"] === null ? null : String(row["resident"]),
    at: Number(row["at"]),
    fields: parseFields(String(row["fields"])),
  }));
}

export function countReadings(database: DatabaseSync, query: ReadingQuery): number {
  const { where, values } = conditions(query);
  const row = database.prepare(`SELECT count(*) AS n FROM reading WHERE ${where}`).get(...values);
  return Number(row?.["n"] ?? 0);
}

/** Looks back at most MAX_LOOK_BACK points of each series for fields that its newest point does not have. */
export function lastValues(
  database: DatabaseSync,
  query: { facility: string; device?: string },
): LastValue[] {
  const newest = database.prepare(
    "SELECT at, fields FROM point WHERE series = ? ORDER BY at DESC LIMIT ?",
  );
  const series = database
    .prepare(
      "SELECT id, kind, device FROM series WHERE facility = ? AND device = ifnull(?, device)",
    )
    .all(query.facility, query.device ?? null);
  const last = new Map<string, LastValue>();
  for (const one of series) {
    const kind = String(one["kind"]);
    const device = String(one["device"]);
    for (const point of newest.all(one["id"] ?? 0, MAX_LOOK_BACK)) {
      const at = Number(point["at"]);
      for (const [field, value] of Object.entries(parseFields(String(point["fields"])))) {
        const key = `${kind} ${device} ${field}`;
        if ((last.get(key)?.at ?? -1) < at) last.set(key, { kind, device, field, value, at });
      }
    }
  }
  return [...last.values()];
}

const MAX_LOOK_BACK = 50;

function conditions(query: ReadingQuery): {
  where: string;
  values: Exclude<SQLOutputValue, Uint8Array>[];
} {
  const where = ["facility = ?"];
  const values: (string | number)[] = [query.facility];
  const add = (condition: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add("device = ?", query.device);
  add("kind = ?", query.kind);
  add("instr(',' || fields, ',' || ? || '=') > 0", query.field);
  add("at >= ?", query.from);
  add("at < ?", query.to);
  return { where: where.join(" AND "), values };
}

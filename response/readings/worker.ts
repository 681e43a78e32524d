/** One question to the embedded store, in a thread of its own. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { parseFields } from "@anhu/core/line-protocol";
import type { Question } from "./embedded.ts";
import { inOrder } from "./readings.ts";
import type { LastQuestion, LastReading, Reading, ReadingQuery } from "./readings.ts";

const BUSY_TIMEOUT_MS = 1_000;
/** Points of a series that are looked back for a field: battery and signal come seldom. */
const DEVICE_BACK = 500;
const BACK = 20;

const port = parentPort;
port?.postMessage(answer(workerData as Question));

function answer(question: Question): readonly (Reading | LastReading)[] {
  const database = new DatabaseSync(question.path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const found =
    "query" in question ? read(database, question.query) : readLast(database, question.last);
  database.close();
  return found;
}

function read(database: DatabaseSync, query: ReadingQuery): Reading[] {
  const { facility, device = null, field = null, from, to, every, limit } = query;
  // node:sqlite binds numbers as REAL, whose division keeps the fraction.
  const told = "at / CAST(:every AS INTEGER) * CAST(:every AS INTEGER)";
  // With max(), SQLite takes the other columns from the row of the maximum (sqlite.org/lang_select.html, 2.5).
  const [newest, group] =
    every === undefined
      ? ["", ""]
      : [", max(at)", "GROUP BY kind, gateway, device, room, resident, told"];
  const rows = database
    .prepare(
      `SELECT kind, gateway, device, room, resident, fields, ${told} AS told ${newest}
       FROM reading
       WHERE facility = :facility AND device = ifnull(:device, device) AND at >= :from AND at < :to
         AND (:field IS NULL OR instr(',' || fields, ',' || :field || '=') > 0)
       ${group} ORDER BY told, kind, device LIMIT :limit`,
    )
    .all({ facility, device, field, from, to, every: every ?? 1, limit });
  return rows.map((row) => ({
    kind: String(row["kind"]),
    gateway: String(row["gateway"]),
    device: String(row["device"]),
    room: String(row["room"]),
    resident: row["resident"] === null ? null : String(row["resident"]),
    at: Number(row["told"]),
    fields: only(field, parseFields(String(row["fields"]))),
  }));
}

/** Reads each series back from its end, a bounded way: a field that comes once a day is found, one that came a week ago may not be. */
function readLast(database: DatabaseSync, { facility, since }: LastQuestion): LastReading[] {
  const series = database
    .prepare("SELECT id, kind, device FROM series WHERE facility = ?")
    .all(facility);
  const points = database.prepare(
    "SELECT at, fields FROM point WHERE series = ? AND at >= ? ORDER BY at DESC LIMIT ?",
  );
  const last = new Map<string, LastReading>();
  for (const { id, kind, device } of series) {
    if (typeof id !== "number" || typeof kind !== "string" || typeof device !== "string") continue;
    const rows = points.all(id, since, kind === "device" ? DEVICE_BACK : BACK);
    // A device that has moved to another room has two series.
    const key = `${kind} ${device}`;
    const found = rows.map((row) => ({
      device,
      kind,
      at: Number(row["at"]),
      fields: parseFields(String(row["fields"])),
    }));
    const known = last.get(key);
    const merged = merge(known === undefined ? found : [...found, known]);
    if (merged !== undefined) last.set(key, merged);
  }
  return [...inOrder([...last.values()])];
}

function merge(readings: readonly LastReading[]): LastReading | undefined {
  const oldestFirst = readings.toSorted((a, b) => a.at - b.at);
  const newest = oldestFirst.at(-1);
  if (newest === undefined) return undefined;
  return { ...newest, fields: Object.assign({}, ...oldestFirst.map(({ fields }) => fields)) };
}

function only(field: string | null, fields: Reading["fields"]): Reading["fields"] {
  const value = field === null ? undefined : fields[field];
  return field === null || value === undefined ? fields : { [field]: value };
}

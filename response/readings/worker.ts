/** One question to the embedded store, in a thread of its own. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { parseFields } from "@anhu/core/line-protocol";
import type { Question } from "./embedded.ts";
import type { Reading } from "./readings.ts";

const BUSY_TIMEOUT_MS = 1_000;

const port = parentPort;
port?.postMessage(read(workerData as Question));

function read({ path, query }: Question): Reading[] {
  const { facility, device = null, field = null, from, to, every, limit } = query;
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
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
  database.close();
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

function only(field: string | null, fields: Reading["fields"]): Reading["fields"] {
  const value = field === null ? undefined : fields[field];
  return field === null || value === undefined ? fields : { [field]: value };
}

/** The embedded store's thread: owns the database, groups the writes that wait into one transaction. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { messageOf } from "@anhu/core/errors";
import type { Answer, Request } from "./messages.ts";
import { countReadings, lastValues, queryReadings } from "./queries.ts";
import { Retention } from "./retention.ts";
import { SCHEMA } from "./schema.ts";
import { PointWriter } from "./writer.ts";

const database = new DatabaseSync(String(workerData), { timeout: 5000 });
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
database.exec(SCHEMA);
const writer = new PointWriter(database);
const retention = new Retention(database);
const port = parentPort;

port?.on("message", (first: Request) => {
  const writes: Extract<Request, { type: "write" }>[] = [];
  const others: Exclude<Request, { type: "write" }>[] = [];
  let bytes = 0;
  for (let next: Request | undefined = first; next !== undefined;) {
    if (next.type === "write") {
      writes.push(next);
      bytes += next.lines.bytes.length;
    } else others.push(next);
    next =
      bytes < GROUP_BYTES && others.length === 0 && port !== null
        ? (receiveMessageOnPort(port)?.message as Request | undefined)
        : undefined;
  }
  if (writes.length > 0) answerWrites(writes);
  for (const other of others) {
    answer(other.id, () => answerOther(other));
  }
});

/** A group is at most this long, so that the first of it does not wait for too many others. */
const GROUP_BYTES = 1024 * 1024;

function answerWrites(writes: readonly Extract<Request, { type: "write" }>[]): void {
  try {
    const outcomes = writer.write(writes.map((write) => write.lines));
    for (const [i, write] of writes.entries()) {
      post({ id: write.id, ok: true, value: outcomes[i] });
    }
  } catch (thrown) {
    for (const write of writes) post({ id: write.id, ok: false, detail: messageOf(thrown) });
  }
}

function answerOther(request: Exclude<Request, { type: "write" }>): unknown {
  if (request.type === "query") return queryReadings(database, request.query, request.limit);
  if (request.type === "count") return countReadings(database, request.query);
  if (request.type === "lastValues") return lastValues(database, request.query);
  if (request.type === "retain") return retention.step(request.before);
  database.close();
  return null;
}

function answer(id: number, run: () => unknown): void {
  try {
    post({ id, ok: true, value: run() });
  } catch (thrown) {
    post({ id, ok: false, detail: messageOf(thrown) });
  }
}

function post(message: Answer): void {
  port?.postMessage(message);
}

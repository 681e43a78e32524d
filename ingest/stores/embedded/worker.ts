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
  const writes: Write[] = [];
  let bytes = 0;
  let next: Request | undefined = first;
  while (next?.type === "write") {
    writes.push(next);
    bytes += next.lines.bytes.length;
    next = bytes < GROUP_BYTES ? waiting() : undefined;
  }
  if (writes.length > 0) answerWrites(writes);
  if (next !== undefined) answerOther(next);
});

type Write = Extract<Request, { type: "write" }>;

/** A group is about this long at most, so that the first of it does not wait for too many others. */
const GROUP_BYTES = 1024 * 1024;

function waiting(): Request | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as Request | undefined);
}

function answerWrites(writes: readonly Write[]): void {
  try {
    const outcomes = writer.write(writes.map((write) => write.lines));
    for (const [i, { id }] of writes.entries()) post({ id, ok: true, value: outcomes[i] });
  } catch (thrown) {
    for (const { id } of writes) post({ id, ok: false, detail: messageOf(thrown) });
  }
}

function answerOther(request: Exclude<Request, Write>): void {
  const { id } = request;
  try {
    post({ id, ok: true, value: valueOf(request) });
  } catch (thrown) {
    post({ id, ok: false, detail: messageOf(thrown) });
  }
}

function valueOf(request: Exclude<Request, Write>): unknown {
  if (request.type === "query") return queryReadings(database, request.query, request.limit);
  if (request.type === "count") return countReadings(database, request.query);
  if (request.type === "lastValues") return lastValues(database, request.query);
  if (request.type === "retain") {
    // A clock that is years ahead must not cost the facility its history: only what newer readings outlive is old.
    return retention.step(Math.min(request.now, writer.newest) - request.keepMs);
  }
  database.close();
  return null;
}

function post(message: Answer): void {
  port?.postMessage(message);
}

/**
 * The embedded store, read through its view (ingest/stores/embedded/schema.ts). Each question is a thread of its own: a month of readings is
 * read in seconds, and alerts are recorded meanwhile.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "@anhu/core/time";
import type { LastQuestion, LastReading, Reading, ReadingQuery, Readings } from "./readings.ts";
import { ANSWER_MS, unavailable } from "./readings.ts";

/** Questions at once; one more is refused. */
const AT_ONCE = 4;

/** What a question's thread is given. */
export type Question = { readonly path: string } & (
  | { readonly query: ReadingQuery }
  | { readonly last: LastQuestion }
);

/** Reads the file at `path`, which ingest writes. */
export function embeddedReadings(path: string, clock: Clock): Readings {
  let running = 0;
  function ask<T>(workerData: Question): Promise<T> {
    if (running >= AT_ONCE) return Promise.reject(unavailable(`${AT_ONCE} questions are open`));
    running += 1;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
    // Also after it is given up: the file's own code ends in its own time.
    worker.once("exit", () => (running -= 1));
    return answerOf(worker, clock);
  }
  return {
    query: (query) => ask<readonly Reading[]>({ path, query }),
    last: (last) => ask<readonly LastReading[]>({ path, last }),
  };
}

function answerOf<T>(worker: Worker, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ANSWER_MS, () => {
      reject(unavailable(`not answered within ${ANSWER_MS / 1000} s: ask for less`));
      void worker.terminate();
    });
    worker.once("message", resolve);
    worker.once("error", (cause) => reject(unavailable("the store cannot be read", cause)));
    worker.once("exit", () => {
      cancel();
      reject(unavailable("the store was not read"));
    });
  });
}

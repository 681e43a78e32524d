import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { within } from "@anhu/core/time";
import type { Health, LastValue, Reading, Store, TaggedLines, WriteOutcome } from "../store.ts";
import type { Answer, Question } from "./messages.ts";

export interface EmbeddedOptions {
  /** The database file; its folder is made. */
  readonly path: string;
  readonly clock: Clock;
  /** Readings older than this, by the clock and beside the newest, are deleted in small steps. */
  readonly retentionDays: number;
}

/**
 * Opens the store that needs nothing installed: SQLite in a thread of its own, WAL with synchronous=FULL, queued writes
 * in one transaction. A thread that dies is started again; what it had not answered is busy. Throws `store_failed`
 * when the file cannot be opened.
 */
export async function openEmbeddedStore(options: EmbeddedOptions): Promise<Store> {
  mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
  const store = new EmbeddedStore(options);
  try {
    await store.count({ facility: "" });
    return store;
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

class EmbeddedStore implements Store {
  readonly name = "embedded";
  readonly parallel = 32;
  readonly #options: EmbeddedOptions;
  /** In the order in which they were asked. */
  readonly #pending = new Map<number, { since: number; settle: (answer: Answer) => void }>();
  #worker: Worker;
  #nextId = 1;
  /** Why writing does not work; null when it does. */
  #trouble: string | null = null;
  #running = false;
  #closed = false;
  #cancelRetention: () => void = () => {};

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#worker = this.#start();
    this.#retainAfter(RETENTION_PAUSE_MS);
  }

  async write(lines: TaggedLines): Promise<WriteOutcome> {
    const bytes = lines.bytes.slice();
    const answer = await this.#ask({ type: "write", lines: { ...lines, bytes } }, [bytes.buffer]);
    this.#trouble = answer.ok ? null : answer.detail;
    return answer.ok
      ? (answer.value as WriteOutcome)
      : { outcome: "busy", detail: `the readings database: ${answer.detail}` };
  }

  async query(query: Parameters<Store["query"]>[0], limit: number): Promise<Reading[]> {
    return (await this.#get({ type: "query", query, limit })) as Reading[];
  }

  async count(query: Parameters<Store["count"]>[0]): Promise<number> {
    return (await this.#get({ type: "count", query })) as number;
  }

  async lastValues(query: Parameters<Store["lastValues"]>[0]): Promise<LastValue[]> {
    return (await this.#get({ type: "lastValues", query })) as LastValue[];
  }

  health(): Promise<Health> {
    return Promise.resolve(this.#health());
  }

  #health(): Health {
    if (this.#trouble !== null) return { status: "down", detail: this.#trouble };
    const [oldest] = this.#pending.values();
    const now = this.#options.clock.monotonic();
    const waitedMs = oldest === undefined ? 0 : now - oldest.since;
    const detail = `SQLite, ${this.#pending.size} requests under way, the oldest for ${waitedMs / 1000} s`;
    return { status: waitedMs < SLOW_MS ? "ok" : "degraded", detail };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetention();
    await within(this.#options.clock, CLOSE_MS, this.#ask({ type: "close" }));
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: this.#options.path,
    });
    let cause = "its thread ended";
    this.#running = true;
    worker.on("message", (answer: Answer) => {
      this.#pending.get(answer.id)?.settle(answer);
      this.#pending.delete(answer.id);
    });
    worker.on("error", (thrown) => {
      cause = messageOf(thrown);
    });
    worker.on("exit", () => {
      this.#running = false;
      for (const [id, { settle }] of this.#pending) settle({ id, ok: false, detail: cause });
      this.#pending.clear();
      if (this.#closed) return;
      this.#trouble = cause;
      this.#options.clock.after(RESTART_MS, () => {
        if (!this.#closed) this.#worker = this.#start();
      });
    });
    return worker;
  }

  #ask(question: Question, transfer: ArrayBuffer[] = []): Promise<Answer> {
    const id = this.#nextId++;
    if (!this.#running) return Promise.resolve({ id, ok: false, detail: "it is starting again" });
    return new Promise((resolve) => {
      this.#pending.set(id, { since: this.#options.clock.monotonic(), settle: resolve });
      this.#worker.postMessage({ ...question, id }, transfer);
    });
  }

  async #get(question: Question): Promise<unknown> {
    const answer = await this.#ask(question);
    if (answer.ok) return answer.value;
    throw new AnhuError("store_failed", `the readings database: ${answer.detail}`, {
      fault: "environment",
      retry: true,
    });
  }

  #retainAfter(delayMs: number): void {
    this.#cancelRetention = this.#options.clock.after(delayMs, () => void this.#retain());
  }

  async #retain(): Promise<void> {
    const now = this.#options.clock.wall();
    const keepMs = this.#options.retentionDays * DAY_MS;
    const answer = await this.#ask({ type: "retain", now, keepMs });
    const more = answer.ok && answer.value === true;
    if (!this.#closed) this.#retainAfter(more ? RETENTION_STEP_MS : RETENTION_PAUSE_MS);
  }
}

const DAY_MS = 86_400_000;
const RESTART_MS = 1000;
/** An answer that takes longer is a disk that hangs, or a query that holds up the writes. */
const SLOW_MS = 10_000;
const CLOSE_MS = 5000;
/** Between two steps of a round through the series, and between two rounds. */
const RETENTION_STEP_MS = 50;
const RETENTION_PAUSE_MS = 600_000;

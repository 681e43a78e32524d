/** The outbox as the rest of the edge sees it: promises in front of a thread (worker.ts) that is replaced when it dies or hangs. */
import { Worker } from "node:worker_threads";
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type {
  CommitRequest,
  CommitResult,
  Found,
  OutboxOptions,
  OutboxStats,
  Release,
  Remembered,
  Want,
} from "./model.ts";
import type { Answer, Call } from "./worker.ts";

/** Calls run one after the other, in order. They reject only with `outbox_failed` (a bug) or `outbox_closed`. */
export interface Outbox {
  /** Resolves when it is on the disk, or known not to be. */
  commit(request: CommitRequest): Promise<CommitResult>;
  find(want: Want): Promise<Found>;
  release(release: Release): Promise<void>;
  trust(shiftMs: number): Promise<void>;
  stats(): Promise<OutboxStats>;
  remembered(): Promise<Remembered>;
  close(): Promise<void>;
}

export interface OutboxParts {
  readonly clock: Clock;
  readonly log: Logger;
}

/** A thread that answers nothing for so long hangs on its disk: another one takes over its calls. */
const HANGS_MS = 30_000;
const RESTART_MS = 200;

/** Opens the outbox of `options.folder`, making it when missing. */
export function openOutbox(options: OutboxOptions, parts: OutboxParts): Outbox {
  const thread = new OutboxThread(options, parts);
  return {
    commit: (request) => thread.call<CommitResult>("commit", request),
    find: (want) => thread.call<Found>("find", want),
    release: (release) => thread.call<undefined>("release", release),
    trust: (shiftMs) => thread.call<undefined>("trust", shiftMs),
    stats: () => thread.call<OutboxStats>("stats"),
    remembered: () => thread.call<Remembered>("remembered"),
    close: () => thread.close(),
  };
}

interface Waiting {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AnhuError) => void;
}

/** Bounded by its callers: the pipeline bounds commits, the uplink waits for each find and release. */
class OutboxThread {
  readonly #options: OutboxOptions;
  readonly #parts: OutboxParts;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker;
  #nextId = 1;
  #stopWatch: () => void = () => {};
  #closed = false;

  constructor(options: OutboxOptions, parts: OutboxParts) {
    this.#options = options;
    this.#parts = parts;
    this.#worker = this.#start();
  }

  call<T>(op: Call["op"], ...args: readonly unknown[]): Promise<T> {
    if (this.#closed) {
      return Promise.reject(outboxError("outbox_closed", "the outbox is closed", "caller"));
    }
    const call: Call = { id: this.#nextId++, op, args };
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(call.id, { call, resolve: (value) => resolve(value as T), reject });
      this.#worker.postMessage(call, []);
      if (this.#waiting.size === 1) this.#watch();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const closing = this.call<undefined>("close");
    this.#closed = true;
    await closing;
    this.#stopWatch();
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: this.#options,
    });
    worker.on("message", (answer: Answer) => this.#answered(answer));
    worker.on("error", (thrown) => this.#replace(worker, messageOf(thrown)));
    worker.on("exit", (code) => this.#replace(worker, `exit ${code}`));
    return worker;
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    this.#watch();
    if ("value" in answer) waiting.resolve(answer.value);
    else waiting.reject(outboxError("outbox_failed", answer.failed, "internal"));
  }

  #watch(): void {
    this.#stopWatch();
    if (this.#waiting.size === 0) return;
    const worker = this.#worker;
    this.#stopWatch = this.#parts.clock.after(HANGS_MS, () =>
      this.#replace(worker, `no answer for ${HANGS_MS} ms`),
    );
  }

  /** What was not answered is asked again; a commit that was made twice is the same points and alerts twice. */
  #replace(worker: Worker, why: string): void {
    if (worker !== this.#worker || (this.#closed && this.#waiting.size === 0)) return;
    this.#parts.log.error({ why }, "the outbox thread is replaced");
    this.#stopWatch();
    worker.removeAllListeners();
    worker.on("error", () => {});
    void worker.terminate();
    this.#parts.clock.after(RESTART_MS, () => {
      this.#worker = this.#start();
      for (const { call } of this.#waiting.values()) this.#worker.postMessage(call, []);
      this.#watch();
    });
  }
}

function outboxError(code: string, text: string, fault: "caller" | "internal"): AnhuError {
  return new AnhuError(code, text, { fault, retry: false });
}

/**
 * When what is pending becomes durable: at once for an alert, 10 ms after a sender began to wait, 250 ms after anything else, and as
 * soon as a batch is full. While a commit is under way the next one gathers: a slow disk gets fewer and larger ones.
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { ClockQuality } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { CommitRequest, Outbox } from "../outbox/index.ts";
import { BATCH_BYTES } from "../outbox/index.ts";
import { Pending } from "./pending.ts";

export interface CommitterParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly outbox: Pick<Outbox, "commit" | "trust">;
  /** The latest stamp given. */
  readonly lastStamp: () => number;
  /** Something new is in the outbox. */
  readonly committed: (hasAlerts: boolean) => void;
  /** Every slot there is, for a store that has lost them. */
  readonly everySlot: () => readonly (readonly [key: string, value: string])[];
  readonly dropped: (wire: string, reason: string, by: number) => void;
}

const COMMIT_MS = 250;
const ANSWER_MS = 10;
const RETRY_MS = 1_000;

export class Committer {
  readonly pending = new Pending();
  readonly #parts: CommitterParts;
  /** Of the stamps that are pending. */
  #quality: ClockQuality;
  #next: PromiseWithResolvers<boolean> = Promise.withResolvers();
  #isUrgent = false;
  #uncommitted = 0;
  #committing = 0;
  #due = Infinity;
  #cancel: () => void = () => {};
  #stopped = false;

  constructor(parts: CommitterParts, quality: ClockQuality) {
    this.#parts = parts;
    this.#quality = quality;
  }

  /** Whether what is pending now has become durable. */
  get durable(): Promise<boolean> {
    return this.#next.promise;
  }

  /** Bytes of readings in memory that wait for the disk. */
  get waitingBytes(): number {
    return this.#uncommitted + this.pending.bytes;
  }

  /** The next `soon` commits at once. */
  urgent(): void {
    this.#isUrgent = true;
  }

  /** What is added from now on is stamped by a clock of this quality. */
  stampedBy(quality: ClockQuality): void {
    this.#quality = quality;
  }

  /** Stamps that were given without a trusted clock were `shiftMs` too early. */
  trust(shiftMs: number): void {
    const { outbox, log } = this.#parts;
    this.#flush();
    outbox.trust(shiftMs).catch((thrown: unknown) => {
      log.error({ why: messageOf(thrown) }, "held readings could not be put right");
    });
  }

  /** To be called after something was added. */
  soon(options: { readonly answered: boolean }): void {
    const isFull = this.pending.bytes >= BATCH_BYTES && this.#committing === 0;
    if (this.#isUrgent || isFull) return this.#flush();
    const { clock } = this.#parts;
    const ms = options.answered ? ANSWER_MS : COMMIT_MS;
    const due = clock.monotonic() + ms;
    if (due >= this.#due) return;
    this.#due = due;
    this.#cancel();
    this.#cancel = clock.after(ms, () => {
      this.#due = Infinity;
      if (this.#committing === 0) this.#flush();
    });
  }

  /** Commits what is left; false: the disk did not take it. */
  stop(): Promise<boolean> {
    this.#stopped = true;
    const last = this.durable;
    this.#flush();
    return last;
  }

  #flush(): void {
    this.#cancel();
    this.#due = Infinity;
    this.#isUrgent = false;
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    if (this.pending.isEmpty) resolve(true);
    else void this.#commit(resolve);
  }

  async #commit(resolve: (durable: boolean) => void): Promise<void> {
    const { outbox, lastStamp, everySlot, committed } = this.#parts;
    const { bytes } = this.pending;
    const request = this.pending.take(this.#quality, lastStamp());
    this.#uncommitted += bytes;
    this.#committing += 1;
    let durable = false;
    try {
      const result = await outbox.commit(request);
      durable = result.durable;
      if (result.fresh) this.pending.slots(everySlot());
      committed(request.alerts.length > 0);
    } catch (thrown) {
      this.#failed(request, thrown);
    }
    this.#uncommitted -= bytes;
    this.#committing -= 1;
    resolve(durable);
    if (this.#committing === 0 && this.#due === Infinity) this.#flush();
  }

  /** Alerts and state stay here until the disk takes them; readings are sent again by who was not answered. */
  #failed(request: CommitRequest, thrown: unknown): void {
    const { log, clock, dropped, everySlot } = this.#parts;
    log.error({ why: messageOf(thrown) }, "a commit failed: alerts are kept, readings are not");
    const lines = request.batches.reduce((sum, batch) => sum + batch.n, 0);
    dropped("outbox", "commit_failed", lines);
    dropped("alerts", "alerts_bound", this.pending.restore(request, everySlot()));
    if (this.#stopped) return;
    this.#cancel();
    this.#due = clock.monotonic() + RETRY_MS;
    this.#cancel = clock.after(RETRY_MS, () => this.#flush());
  }
}

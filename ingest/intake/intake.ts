/**
 * A batch's way through ingest; every exit is counted and, with a header, acknowledged:
 *
 *   offer -> topic, header, size -> queue (bytes) -> admit line by line -> store -> ack stored or refused
 *              | dead letter          | full: busy     | dead letters      | busy: ack busy
 */
import { LineReader } from "@anhu/core/line-protocol";
import type { Ack, BatchHeader, GatewayAddress } from "@anhu/core/wire";
import { MAX_BATCH_BYTES, parseBatchHeader, parseTopic } from "@anhu/core/wire";
import type { Clock } from "@anhu/core/time";
import { messageOf } from "@anhu/core/errors";
import type { RefusedLine } from "../check/admit.ts";
import { Admission } from "../check/admit.ts";
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { IngestMetrics } from "../metrics.ts";
import type { Store, TaggedLines, WriteOutcome } from "../stores/store.ts";

export interface IntakeOptions {
  readonly store: Store;
  readonly deadLetters: DeadLetters;
  readonly metrics: IngestMetrics;
  readonly clock: Clock;
  /** 0 to 1: keeps gateways that were told to wait from coming back together. */
  readonly random: () => number;
  readonly retentionDays: number;
  readonly maxQueueBytes: number;
  readonly sendAck: (address: GatewayAddress, ack: Ack) => void;
  readonly warn: (what: Record<string, unknown>, text: string) => void;
}

/** Why a whole batch is not stored. Codes: docs/errors.md. */
type BatchCode =
  | "bad_topic"
  | "bad_header"
  | "bad_version"
  | "oversize"
  | "count_mismatch"
  | "queue_full"
  | "store_busy";

interface Incoming {
  readonly topic: string;
  readonly address: GatewayAddress;
  readonly batch: Uint8Array;
  /** Null: a Telegraf's, stored and not acknowledged. */
  readonly header: BatchHeader | null;
  readonly bodyOffset: number;
}

/** Takes batches as they come and never makes the caller wait; any number of intakes can share one load. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #admission = new Admission();
  readonly #queue: Incoming[] = [];
  #bytes = 0;
  #writing = 0;
  #stopped = false;
  #whenIdle: (() => void)[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Bytes received and not yet answered, and what each batch takes beside its own. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  offer(topic: string, batch: Uint8Array): void {
    const address = parseTopic(topic);
    if (address?.channel !== "readings") return this.#bury("bad_topic", topic, batch);
    const parsed = parseBatchHeader(batch);
    if (parsed?.ok === false) {
      const other = parsed.error.reason === "bad_version";
      return this.#bury(other ? "bad_version" : "bad_header", topic, batch);
    }
    const header = parsed?.value ?? null;
    const bodyOffset = parsed?.value.bodyOffset ?? 0;
    const incoming = { topic, address, batch, header, bodyOffset };
    if (batch.length > MAX_BATCH_BYTES) return this.#refuseWhole(incoming, "oversize");
    if (this.#stopped || this.#bytes + sizeOf(incoming) > this.#options.maxQueueBytes) {
      return this.#postpone(incoming, "queue_full");
    }
    this.#queue.push(incoming);
    this.#count(sizeOf(incoming));
    this.#drain();
  }

  /** Resolves when everything received is answered. */
  idle(): Promise<void> {
    if (this.#bytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Resolves when everything received until now is answered; whoever comes later is told to wait. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.idle();
  }

  #drain(): void {
    while (this.#writing < this.#options.store.parallel) {
      const incoming = this.#queue.shift();
      if (incoming === undefined) return;
      this.#writing++;
      void this.#process(incoming);
    }
  }

  async #process(incoming: Incoming): Promise<void> {
    try {
      await this.#store(incoming);
    } catch (thrown) {
      this.#options.warn({ topic: incoming.topic, error: messageOf(thrown) }, "a write failed");
      this.#postpone(incoming, "store_busy");
    }
    this.#writing--;
    this.#count(-sizeOf(incoming));
    this.#drain();
    if (this.#bytes === 0) for (const idle of this.#whenIdle.splice(0)) idle();
  }

  async #store(incoming: Incoming): Promise<void> {
    const { address, batch, header, bodyOffset } = incoming;
    const { oldest, newest } = this.#window(header);
    const unit = header === null ? "any" : "ms";
    const { lines, numbers, refused } = this.#admission.admit(batch, bodyOffset, {
      address,
      oldest,
      newest,
      unit,
    });
    if (header !== null && header.n !== numbers.length + refused.length) {
      return this.#refuseWhole(incoming, "count_mismatch");
    }
    const outcome: WriteOutcome =
      numbers.length === 0 ? { outcome: "stored", refused: [] } : await this.#write(lines);
    if (outcome.outcome === "busy") {
      this.#options.warn({ detail: outcome.detail }, "the store is busy");
      return this.#postpone(incoming, "store_busy");
    }
    const byStore = outcome.refused.map(({ line, code }) => ({
      line: numbers[line - 1] ?? 0,
      code,
    }));
    const all = [...refused, ...byStore];
    return this.#finish(incoming, numbers.length - byStore.length, all);
  }

  async #write(lines: TaggedLines): Promise<WriteOutcome> {
    const { clock, metrics, store } = this.#options;
    const began = clock.monotonic();
    const outcome = await store.write(lines);
    metrics.writeSeconds.observe((clock.monotonic() - began) / 1000);
    return outcome;
  }

  /** The offset takes back what the edge's time ran away from its wall clock while it slews after a step. */
  #window(header: BatchHeader | null): { oldest: number; newest: number } {
    const offset = header?.clock.offset_ms ?? 0;
    const now =
      this.#options.clock.wall() + Math.min(Math.max(offset, -MAX_OFFSET_MS), MAX_OFFSET_MS);
    return { oldest: now - this.#options.retentionDays * DAY_MS, newest: now + AHEAD_MS };
  }

  #finish(incoming: Incoming, stored: number, refused: readonly RefusedLine[]): void {
    const { metrics } = this.#options;
    metrics.lines.inc({ outcome: "stored" }, stored);
    if (refused.length === 0) {
      metrics.batches.inc({ outcome: "stored" });
      return this.#acknowledge(incoming, { stored: true });
    }
    metrics.batches.inc({ outcome: stored === 0 ? "refused" : "partly" });
    const byCode = new Map<string, number[]>();
    for (const { line, code } of refused) {
      metrics.lines.inc({ outcome: code });
      const lines = byCode.get(code);
      if (lines === undefined) byCode.set(code, [line]);
      else lines.push(line);
    }
    this.#keep({
      topic: incoming.topic,
      code: refused[0]?.code ?? "",
      lines: refused,
      bytes: cutOut(incoming, new Set(refused.map(({ line }) => line))),
    });
    this.#acknowledge(incoming, { refused: [...byCode] });
  }

  #refuseWhole(incoming: Incoming, code: BatchCode): void {
    this.#bury(code, incoming.topic, incoming.batch);
    this.#acknowledge(incoming, { refused: [[code, []]] });
  }

  /** The gateway keeps the batch and sends it again; a Telegraf does not, so its batch is kept here. */
  #postpone(incoming: Incoming, code: "queue_full" | "store_busy"): void {
    if (incoming.header === null) return this.#bury(code, incoming.topic, incoming.batch);
    this.#options.metrics.batches.inc({ outcome: "busy" });
    const busyMs = Math.round(BUSY_MS[code] * (0.5 + this.#options.random()));
    this.#acknowledge(incoming, { busyMs });
  }

  #bury(code: BatchCode, topic: string, batch: Uint8Array): void {
    this.#options.metrics.batches.inc({ outcome: code });
    this.#keep({ topic, code, lines: [], bytes: batch.subarray(0, MAX_BATCH_BYTES) });
  }

  #keep(letter: Omit<Parameters<DeadLetters["put"]>[0], "at">): void {
    const { clock, deadLetters, metrics, warn } = this.#options;
    const { topic, code, lines } = letter;
    warn({ topic, code, lines: lines.length }, "readings refused");
    try {
      deadLetters.put({ ...letter, at: clock.wall() });
    } catch (thrown) {
      metrics.lostDeadLetters.inc();
      warn({ topic, code, error: messageOf(thrown) }, "a dead letter was lost");
    }
  }

  /** A batch is in `stored` when all its lines are; else in `refused`, once per code, and lines not named there are stored. */
  #acknowledge(
    { address, header }: Incoming,
    answer: { stored?: true; refused?: [code: string, lines: number[]][]; busyMs?: number },
  ): void {
    if (header === null) return;
    const { boot, seq } = header;
    this.#options.sendAck(address, {
      v: 1,
      kind: "readings",
      boot,
      stored: answer.stored === true ? [seq] : [],
      refused: (answer.refused ?? []).map(([code, lines]) => ({ seq, code, lines })),
      ...(answer.busyMs === undefined ? {} : { busy_ms: answer.busyMs }),
    });
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#options.metrics.queueBytes.set(this.#bytes);
  }
}

const DAY_MS = 86_400_000;
const MAX_OFFSET_MS = DAY_MS;
/** CONTRACTS.md: over ten minutes ahead is refused. */
const AHEAD_MS = 600_000;
const BUSY_MS = { queue_full: 1000, store_busy: 5000 } as const;

/** What an entry of the queue takes beside the bytes of its batch: tiny ones must not make the queue endless. */
const ENTRY_BYTES = 1024;

function sizeOf({ batch }: Incoming): number {
  return batch.length + ENTRY_BYTES;
}

/** The bytes of the named lines, one line break behind each. */
function cutOut({ batch, bodyOffset }: Incoming, numbers: ReadonlySet<number>): Uint8Array {
  const pieces: Uint8Array[] = [];
  const line = new LineReader(batch, bodyOffset);
  for (let number = 1; line.next(); number++) {
    if (numbers.has(number)) pieces.push(batch.subarray(line.start, line.end), LINE_BREAK);
  }
  return Buffer.concat(pieces);
}

const LINE_BREAK = Uint8Array.of(0x0a);

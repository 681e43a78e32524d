import type { Clock } from "@anhu/core/time";
import { Throttle, within } from "@anhu/core/time";
import { topic } from "@anhu/core/wire";
import type { Registry } from "prom-client";
import { openDeadLetters } from "./dead-letters/dead-letters.ts";
import { Intake } from "./intake/intake.ts";
import { ingestMetrics } from "./metrics.ts";
import type { Health, Store } from "./stores/store.ts";
import { openUplink } from "./uplink/uplink.ts";

export interface IngestOptions {
  /** Closed with ingest. */
  readonly store: Store;
  readonly mqtt: {
    readonly url: string;
    readonly clientId: string;
    readonly username: string;
    readonly password: string;
  };
  readonly deadLettersPath: string;
  readonly retentionDays: number;
  /** Readings received and not yet answered; past this gateways are told to wait. */
  readonly maxQueueBytes?: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Registry;
  /** Told of each kind of trouble once in 10 s, with `unlogged`: how many there were since. */
  readonly warn: (what: Record<string, unknown>, text: string) => void;
}

export interface Ingest {
  /** Resolves when readings can arrive. */
  subscribed(): Promise<void>;
  health(): Promise<Readonly<Record<"broker" | "store" | "queue" | "dead_letters", Health>>>;
  /** Answers what was received and tells what comes now to wait (at most 5 s), then leaves the broker and closes the store. */
  close(): Promise<void>;
}

/** Starts ingest: readings of every gateway from the broker into the store, each batch answered with an ack. */
export function startIngest(options: IngestOptions): Ingest {
  const { clock, store } = options;
  const throttle = new Throttle(clock, QUIET_MS);
  const warn: IngestOptions["warn"] = (what, text) => {
    const unlogged = throttle.pass(`${text} ${String(what["code"])}`);
    if (unlogged !== null) options.warn({ ...what, unlogged }, text);
  };
  const metrics = ingestMetrics(options.metrics);
  const maxQueueBytes = options.maxQueueBytes ?? MAX_QUEUE_BYTES;
  const deadLetters = openDeadLetters(options.deadLettersPath, MAX_DEAD_LETTER_BYTES);
  const intake = new Intake({
    ...options,
    deadLetters,
    metrics,
    maxQueueBytes,
    warn,
    sendAck(address, ack) {
      const sent = uplink.publish(topic(address, "ack"), JSON.stringify(ack));
      if (!sent) metrics.unsentAcks.inc();
    },
  });
  const uplink = openUplink({
    ...options.mqtt,
    clock,
    random: options.random,
    warn,
    onReadings: (from, batch) => intake.offer(from, batch),
  });
  return {
    subscribed: () => uplink.subscribed(),
    async health() {
      const trouble = uplink.trouble();
      const { count, dropped } = deadLetters.stats();
      const share = intake.queuedBytes / maxQueueBytes;
      return {
        broker: { status: trouble === null ? "ok" : "down", detail: trouble ?? "subscribed" },
        store: await store.health(),
        queue: {
          status: share < 0.5 ? "ok" : "degraded",
          detail: `${intake.queuedBytes} of ${maxQueueBytes} bytes`,
        },
        dead_letters: {
          status: dropped === 0 ? "ok" : "degraded",
          detail: `${count} kept, ${dropped} gone to make room`,
        },
      };
    },
    async close() {
      await within(clock, CLOSE_MS, intake.stop());
      await uplink.close();
      await store.close();
      deadLetters.close();
    },
  };
}

const MAX_QUEUE_BYTES = 16 * 1024 * 1024;
const MAX_DEAD_LETTER_BYTES = 64 * 1024 * 1024;
const CLOSE_MS = 5000;
const QUIET_MS = 10_000;

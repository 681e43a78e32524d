/**
 * Publishes the answers that are due, one message per gateway and boot, and forgets them when the broker has taken them. A crash in
 * between sends an answer twice, which releases what is already released; it never loses one.
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import { topic } from "@anhu/core/wire";
import type { Ack } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { DueAck } from "../store/acks.ts";

const BATCH = 500;
const RETRY_MS = 1_000;

export interface AnswersOptions {
  readonly due: (limit: number) => Promise<readonly DueAck[]>;
  readonly drop: (ids: readonly number[]) => Promise<void>;
  /** Resolves when the broker has taken it (PUBACK); rejects when it has not within its own time limit. */
  readonly publish: (topic: string, payload: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Answers {
  /** Something may be due. */
  wake(): void;
  close(): Promise<void>;
}

export function openAnswers({ due, drop, publish, clock, log }: AnswersOptions): Answers {
  let running: Promise<void> | null = null;
  let woken = false;
  let closed = false;
  let cancelRetry: (() => void) | null = null;

  async function publishDue(): Promise<void> {
    for (;;) {
      const rows = await due(BATCH);
      if (rows.length === 0) return;
      const groups = Map.groupBy(rows, (row) => `${row.facility}/${row.gateway}/${row.boot}`);
      for (const group of groups.values()) {
        if (closed) return;
        const [first] = group;
        if (first === undefined) continue;
        await publish(topic(first, "ack"), JSON.stringify(ackOf(first.boot, group)));
        await drop(group.map((row) => row.id));
      }
    }
  }

  async function run(): Promise<void> {
    while (woken) {
      woken = false;
      try {
        await publishDue();
      } catch (thrown) {
        log.warn({ reason: messageOf(thrown) }, "answers stay due");
        cancelRetry = clock.after(RETRY_MS, wake);
      }
    }
    running = null;
  }

  function wake(): void {
    if (closed) return;
    woken = true;
    cancelRetry?.();
    running ??= run();
  }

  return {
    wake,
    async close() {
      closed = true;
      woken = false;
      cancelRetry?.();
      await running;
    },
  };
}

/** Asks the gateway to wait: nothing is stored, nothing refused. */
export function busyAck(boot: string, busyMs: number): Ack {
  return { v: 1, kind: "alerts", boot, stored: [], refused: [], busy_ms: busyMs };
}

function ackOf(boot: string, rows: readonly DueAck[]): Ack {
  return {
    v: 1,
    kind: "alerts",
    boot,
    stored: rows.filter((row) => row.code === null).map((row) => row.seq),
    refused: rows.flatMap(({ seq, code }) => (code === null ? [] : [{ seq, code, lines: [] }])),
  };
}

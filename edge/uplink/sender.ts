/**
 * What leaves the outbox, and when.
 *
 *   committed --> find --> publish --> in flight --ack: stored, refused--> released
 *                   ^                     | no ack in time, or the line broke, or busy
 *                   +------- a pause -----+
 *
 * Alerts first; at most two readings batches in flight, so that an alert waits for little on a slow line. What timed out is
 * forgotten, not queued: after the pause the newest readings go first again.
 */
import { messageOf } from "@anhu/core/errors";
import type { Clock } from "@anhu/core/time";
import type { Ack, AlertMessage } from "@anhu/core/wire";
import { formatBatch } from "@anhu/core/wire";
import type { Logger } from "pino";
import type { Outbox, WaitingAlert, WaitingBatch } from "../outbox/index.ts";
import { handleOf } from "../outbox/index.ts";
import { Backoff } from "../backoff/index.ts";
import { keyOf } from "./unheard.ts";

export interface SenderParts {
  readonly outbox: Pick<Outbox, "find" | "release">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Hands one message to the line. Nothing is believed until the ack: errors are the line's own business. */
  readonly publish: (channel: "readings" | "alerts", payload: Uint8Array) => void;
  /** Edge time, UTC ms: stands on dead letters. */
  readonly now: () => number;
  /** These alerts (`keyOf`) were acknowledged. */
  readonly heard: (keys: readonly string[]) => void;
  readonly count: (event: SenderEvent, by: number) => void;
}

export type SenderEvent = "sent" | "resent" | "stored" | "refused" | "timeout" | "busy";

const READINGS_IN_FLIGHT = 2;
const ALERTS_IN_FLIGHT = 64;
/** A batch grows for so long before it goes, so that many small commits are one message. */
const GATHER_MS = 250;
const ACK_MS = { readings: 15_000, alerts: 5_000 } as const;
const PAUSE = {
  readings: { firstMs: 1_000, mostMs: 60_000 },
  alerts: { firstMs: 500, mostMs: 5_000 },
} as const;
const BUSY_MOST_MS = 60_000;
/** Handles of sent batches and alerts, to tell a resend; at the bound the oldest is forgotten. */
const REMEMBERED = 10_000;

type Kind = "readings" | "alerts";

/** Handles (`boot/seq`) are keys. */
interface Lane {
  /** Each with what cancels its timeout. */
  readonly inFlight: Map<string, () => void>;
  /** Sent and not released: alerts with their key, batches with "". */
  readonly sent: Map<string, string>;
  readonly backoff: Backoff;
  /** Cancels the end of the pause; null: not paused. */
  paused: (() => void) | null;
}

export class Sender {
  readonly #parts: SenderParts;
  readonly #lanes: Readonly<Record<Kind, Lane>>;
  #connected = false;
  #pumping = false;
  #again = false;
  /** Set while the newest batch is left to grow; at its end that one goes too. */
  #cancelGather: (() => void) | null = null;
  #takeOpen = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#lanes = { readings: this.#lane("readings"), alerts: this.#lane("alerts") };
  }

  connected(): void {
    this.#connected = true;
    for (const lane of Object.values(this.#lanes)) resume(lane);
    this.committed(true);
  }

  /** What was in flight is sent again on the next line. */
  disconnected(): void {
    this.#connected = false;
    for (const lane of Object.values(this.#lanes)) land(lane);
  }

  /** Alerts of an earlier run that still wait: an ack for what that run sent is understood. */
  waiting(alerts: readonly WaitingAlert[]): void {
    for (const waiting of alerts)
      remember(this.#lanes.alerts, handleOf(waiting), keyOf(waiting.alert));
  }

  /** Something new is in the outbox: alerts go at once, readings are gathered a little longer. */
  committed(hasAlerts: boolean): void {
    if (hasAlerts) this.#gathered();
    else this.#cancelGather ??= this.#parts.clock.after(GATHER_MS, () => this.#gathered());
  }

  acked(ack: Ack): void {
    const lane = this.#lanes[ack.kind];
    const seqs = [...ack.stored, ...ack.refused.map((refused) => refused.seq)];
    const handles = seqs.map((seq) => handleOf({ boot: ack.boot, seq }));
    if (seqs.length > 0) {
      lane.backoff.reset();
      void this.#release(ack, handles);
    }
    if (ack.busy_ms !== undefined && ack.busy_ms > 0) {
      this.#parts.count("busy", 1);
      land(lane);
      const busyMs = Math.min(ack.busy_ms, BUSY_MOST_MS);
      this.#pause(ack.kind, busyMs * (1 + this.#parts.random() / 4));
    }
  }

  stop(): void {
    this.disconnected();
    this.#cancelGather?.();
    for (const lane of Object.values(this.#lanes)) resume(lane);
  }

  #gathered(): void {
    this.#cancelGather?.();
    this.#cancelGather = null;
    this.#takeOpen = true;
    this.#kick();
  }

  #kick(): void {
    if (this.#pumping) this.#again = true;
    else void this.#pump();
  }

  async #release(ack: Ack, handles: readonly string[]): Promise<void> {
    const { outbox, log, count, heard, now } = this.#parts;
    const { kind, boot, stored, refused } = ack;
    const lane = this.#lanes[kind];
    for (const { seq, code, lines } of refused)
      log.error({ kind, boot, seq, code, lines }, "refused for good: dead letters");
    count("stored", stored.length);
    count("refused", refused.length);
    if (kind === "alerts") heard(handles.flatMap((handle) => lane.sent.get(handle) ?? []));
    try {
      await outbox.release({ kind, boot, stored, refused, at: now() });
    } catch (thrown) {
      log.error({ why: messageOf(thrown) }, "acknowledged but not released: it will be sent again");
    }
    // In flight until it is gone from the outbox: else it would be found again.
    for (const handle of handles) {
      lane.inFlight.get(handle)?.();
      lane.inFlight.delete(handle);
      lane.sent.delete(handle);
    }
    this.#kick();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    do {
      this.#again = false;
      try {
        await this.#send();
      } catch (thrown) {
        this.#parts.log.error({ why: messageOf(thrown) }, "the outbox cannot be read");
        this.#pause("alerts", this.#lanes.alerts.backoff.next());
      }
    } while (this.#again);
    this.#pumping = false;
  }

  async #send(): Promise<void> {
    if (!this.#connected) return;
    const { alerts, readings } = this.#lanes;
    const want = {
      alerts: alerts.paused ? 0 : ALERTS_IN_FLIGHT - alerts.inFlight.size,
      readings: readings.paused ? 0 : READINGS_IN_FLIGHT - readings.inFlight.size,
      exceptAlerts: [...alerts.inFlight.keys()],
      exceptReadings: [...readings.inFlight.keys()],
      open: this.#takeOpen,
    };
    if (want.alerts <= 0 && want.readings <= 0) return;
    if (want.readings > 0) this.#takeOpen = false;
    const found = await this.#parts.outbox.find(want);
    if (!this.#isConnected()) return;
    for (const alert of found.alerts) this.#launch("alerts", alert, messageOfAlert(alert));
    for (const batch of found.batches) this.#launch("readings", batch, formatBatch(batch));
  }

  /** Not narrowed by an earlier look: the line can break during an await. */
  #isConnected(): boolean {
    return this.#connected;
  }

  #launch(kind: Kind, waiting: WaitingAlert | WaitingBatch, payload: Uint8Array): void {
    const { clock, count, publish } = this.#parts;
    const lane = this.#lanes[kind];
    const handle = handleOf(waiting);
    const cancel = clock.after(ACK_MS[kind], () => this.#timedOut(kind, handle));
    lane.inFlight.set(handle, cancel);
    count(lane.sent.has(handle) ? "resent" : "sent", 1);
    remember(lane, handle, "alert" in waiting ? keyOf(waiting.alert) : "");
    publish(kind, payload);
  }

  #timedOut(kind: Kind, handle: string): void {
    this.#lanes[kind].inFlight.delete(handle);
    this.#parts.count("timeout", 1);
    this.#pause(kind, this.#lanes[kind].backoff.next());
  }

  #pause(kind: Kind, delayMs: number): void {
    const lane = this.#lanes[kind];
    resume(lane);
    lane.paused = this.#parts.clock.after(delayMs, () => {
      lane.paused = null;
      this.#takeOpen = true;
      this.#kick();
    });
  }

  #lane(kind: Kind): Lane {
    const backoff = new Backoff({ ...PAUSE[kind], random: this.#parts.random });
    return { inFlight: new Map(), sent: new Map(), backoff, paused: null };
  }
}

function land(lane: Lane): void {
  for (const cancel of lane.inFlight.values()) cancel();
  lane.inFlight.clear();
}

function resume(lane: Lane): void {
  lane.paused?.();
  lane.paused = null;
}

function remember(lane: Lane, handle: string, key: string): void {
  lane.sent.delete(handle);
  lane.sent.set(handle, key);
  const [oldest] = lane.sent.keys();
  if (lane.sent.size > REMEMBERED && oldest !== undefined) lane.sent.delete(oldest);
}

function messageOfAlert({ alert, boot, seq, clock }: WaitingAlert): Uint8Array {
  const message: AlertMessage = { v: 1, boot, seq, ...alert, clock };
  return Buffer.from(JSON.stringify(message));
}

import type { Clock } from "@anhu/core/time";
import type { Sent } from "../wire/index.ts";

/**
 * Send and confirm (GB/T 26875.3-2011, 6.3 and 6.5): a packet is sent again when nobody confirms it in time or it is denied, with
 * the same bytes; after the retries its exchange has failed. What may not be lost then waits and gets another exchange later.
 *
 *   submit -> waiting -> flying -> confirmed
 *                ^          | timeout or deny, retries left: sent again
 *                +-- parked-+ retries used up; released by time, or at once when the centre confirms anything
 *
 * A state must not arrive after a newer state of the same part, or an old "normal" would end a fire. So a message waits for the
 * older ones about its parts; a fire waits for nobody, the older ones that are no fires are superseded by it.
 */
export interface ExchangesOptions {
  readonly clock: Clock;
  /** GB/T 26875.3, 6.5.4: no more than 10 s. */
  readonly confirmTimeoutMs: number;
  /** 6.5.5: 3. */
  readonly retries: number;
  /** Messages alive at most. At the bound the oldest of the least urgent that do not fly is dropped and counted; a new one that is less urgent than all of them instead. */
  readonly limit: number;
  readonly parkMs: number;
  /** Encodes a message as a packet with this serial number. Called once per message. */
  readonly encode: (message: Message, serial: number) => Uint8Array;
  /** Sends bytes and tells when the last one is out: the confirm timeout begins there. */
  readonly send: (bytes: Uint8Array, done: (sent: Sent) => void) => void;
}

/** Fire first (GB 26875.1: it has priority over all other traffic), then changes, then the rounds. */
export const PRIORITY = { fire: 0, change: 1, round: 2 } as const;

export interface Message {
  readonly adu: Uint8Array;
  /** Addresses whose whole state it tells. */
  readonly about: readonly string[];
  readonly priority: (typeof PRIORITY)[keyof typeof PRIORITY];
  /** True: kept after a failed exchange, until it is confirmed. */
  readonly keep: boolean;
  /** After every attempt. */
  readonly sent: (sent: Sent) => void;
  readonly confirmed: () => void;
}

export interface ExchangeCounts {
  confirmed: number;
  /** Packets sent again. */
  retransmitted: number;
  denied: number;
  /** Exchanges that failed after all retries. */
  failed: number;
  /** Messages that are gone unconfirmed: not kept after a failure, or pushed out at the bound. */
  dropped: number;
  /** Messages that a newer fire of the same part made worthless. */
  superseded: number;
  /** Confirms and denies of packets that nobody waits for. */
  unexpected: number;
}

const FIRES_FLYING = 8;
const OTHERS_FLYING = 1;

export class Exchanges {
  readonly counts: ExchangeCounts = {
    confirmed: 0,
    retransmitted: 0,
    denied: 0,
    failed: 0,
    dropped: 0,
    superseded: 0,
    unexpected: 0,
  };
  readonly #options: ExchangesOptions;
  /** In the order of sending: by priority, then by age. */
  #alive: Exchange[] = [];
  #serial = 0;
  #age = 0;
  #wake: (() => void) | null = null;

  constructor(options: ExchangesOptions) {
    this.#options = options;
  }

  /** Messages that wait, fly or are parked. */
  count(priority?: number): number {
    return this.#alive.filter((one) => priority === undefined || one.message.priority === priority)
      .length;
  }

  submit(message: Message): void {
    if (message.priority === PRIORITY.fire) this.#supersede(message.about);
    if (this.#alive.length >= this.#options.limit && !this.#makeRoom(message)) return;
    const after = this.#alive.findIndex((one) => one.message.priority > message.priority);
    const exchange: Exchange = {
      message,
      age: this.#age++,
      packet: null,
      flying: false,
      gone: false,
      attempts: 0,
      parkedUntil: 0,
      cancel: null,
    };
    this.#alive.splice(after === -1 ? this.#alive.length : after, 0, exchange);
    this.#pump();
  }

  /** The centre confirmed packet `serial`. */
  confirmed(serial: number): void {
    const exchange = this.#find(serial);
    if (exchange === undefined) return;
    this.counts.confirmed += 1;
    this.#forget(exchange);
    for (const other of this.#alive) other.parkedUntil = 0;
    exchange.message.confirmed();
    this.#pump();
  }

  /** The centre denied packet `serial`. */
  denied(serial: number): void {
    const exchange = this.#find(serial);
    if (exchange === undefined) return;
    this.counts.denied += 1;
    if (exchange.flying) this.#again(exchange);
  }

  close(): void {
    this.#wake?.();
    for (const exchange of this.#alive) this.#forget(exchange);
  }

  #pump(): void {
    this.#wake?.();
    this.#wake = null;
    const now = this.#options.clock.monotonic();
    let soonest = Infinity;
    const free = this.#freeSlots();
    const oldest = free.others > 0 ? this.#oldestAbout() : new Map<string, number>();
    for (const exchange of this.#alive) {
      if (free.fires <= 0 && free.others <= 0) return;
      const lane = laneOf(exchange);
      if (exchange.flying || exchange.gone || free[lane] <= 0) continue;
      if (lane === "others" && !isOldest(exchange, oldest)) continue;
      if (exchange.parkedUntil > now) {
        soonest = Math.min(soonest, exchange.parkedUntil);
        continue;
      }
      free[lane] -= 1;
      this.#fly(exchange);
    }
    if (soonest < Infinity) {
      this.#wake = this.#options.clock.after(soonest - now, () => this.#pump());
    }
  }

  #oldestAbout(): Map<string, number> {
    const oldest = new Map<string, number>();
    for (const { age, message } of this.#alive) {
      for (const about of message.about) {
        oldest.set(about, Math.min(age, oldest.get(about) ?? Infinity));
      }
    }
    return oldest;
  }

  #supersede(about: readonly string[]): void {
    for (const exchange of this.#alive) {
      if (laneOf(exchange) === "fires") continue;
      if (!exchange.message.about.some((one) => about.includes(one))) continue;
      this.counts.superseded += 1;
      this.#forget(exchange);
    }
  }

  #freeSlots(): Record<Lane, number> {
    const free = { fires: FIRES_FLYING, others: OTHERS_FLYING };
    for (const exchange of this.#alive) if (exchange.flying) free[laneOf(exchange)] -= 1;
    return free;
  }

  #fly(exchange: Exchange): void {
    if (exchange.packet === null) {
      const serial = this.#nextSerial();
      exchange.packet = { serial, bytes: this.#options.encode(exchange.message, serial) };
    }
    exchange.flying = true;
    exchange.attempts += 1;
    const attempt = exchange.attempts;
    this.#options.send(exchange.packet.bytes, (sent) => {
      exchange.message.sent(sent);
      if (exchange.gone || exchange.attempts !== attempt) return;
      exchange.cancel = this.#options.clock.after(this.#options.confirmTimeoutMs, () =>
        this.#again(exchange),
      );
    });
  }

  #again(exchange: Exchange): void {
    exchange.cancel?.();
    exchange.cancel = null;
    if (exchange.attempts <= this.#options.retries) {
      this.counts.retransmitted += 1;
      this.#fly(exchange);
      return;
    }
    this.counts.failed += 1;
    exchange.flying = false;
    exchange.attempts = 0;
    exchange.parkedUntil = this.#options.clock.monotonic() + this.#options.parkMs;
    if (!exchange.message.keep) this.#drop(exchange);
    this.#pump();
  }

  #makeRoom(message: Message): boolean {
    const idle = this.#alive.filter((one) => !one.flying);
    const least = Math.max(...idle.map((one) => one.message.priority));
    const oldest = idle.find((one) => one.message.priority === least);
    if (oldest === undefined || message.priority > least) {
      this.counts.dropped += 1;
      return false;
    }
    this.#drop(oldest);
    return true;
  }

  #drop(exchange: Exchange): void {
    this.counts.dropped += 1;
    this.#forget(exchange);
  }

  #forget(exchange: Exchange): void {
    exchange.cancel?.();
    exchange.gone = true;
    this.#alive = this.#alive.filter((one) => one !== exchange);
  }

  #find(serial: number): Exchange | undefined {
    const exchange = this.#alive.find((one) => one.packet?.serial === serial);
    if (exchange === undefined) this.counts.unexpected += 1;
    return exchange;
  }

  /** The next number that no living packet carries. */
  #nextSerial(): number {
    for (;;) {
      const serial = this.#serial;
      this.#serial = (serial + 1) & 0xffff;
      if (!this.#alive.some((one) => one.packet?.serial === serial)) return serial;
    }
  }
}

interface Exchange {
  readonly message: Message;
  /** Grows with every message. */
  readonly age: number;
  packet: { readonly serial: number; readonly bytes: Uint8Array } | null;
  flying: boolean;
  /** Confirmed or dropped. */
  gone: boolean;
  attempts: number;
  parkedUntil: number;
  cancel: (() => void) | null;
}

type Lane = "fires" | "others";

function laneOf(exchange: Exchange): Lane {
  return exchange.message.priority === PRIORITY.fire ? "fires" : "others";
}

function isOldest({ age, message }: Exchange, oldest: ReadonlyMap<string, number>): boolean {
  return message.about.every((one) => oldest.get(one) === age);
}

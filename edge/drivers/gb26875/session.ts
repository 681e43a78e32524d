/**
 * The centre's side of one line: one order at a time, each sent at most 4 times 10 s apart (6.5.4, 6.5.5), its answer
 * known by the serial number. A deny is answered by sending again (6.2.3, 6.4.3).
 *
 *   first frame heard -> set_clock, then daily;   request() -> queue of 16 -> send -> confirm | answer | deny | 10 s
 */
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Decoded, LineCommand, LineIo, LineSession } from "../driver.ts";
import { encodeOrder } from "./commands.ts";
import type { Frame } from "./frame.ts";
import { COMMAND, encodeFrame, parseFrame } from "./frame.ts";
import { CHINA_MIN, encodeTime } from "./time.ts";

const ANSWER_MS = 10_000;
const SENDINGS = 4;
const QUEUE = 16;
const DAY_MS = 86_400_000;
const CLOCK_RETRY_MS = 3_600_000;

/**
 * Opens the session of a connected line. Verbs and arguments: commands.ts; `set_clock` takes none, it sends the
 * trusted time of each sending. Fails also with `no_peer` (nothing heard yet, so no address is known),
 * `clock_untrusted`, `unknown_verb` and `bad_argument`; reports `unmatched_answer` and `clock_not_set`.
 */
export function gbSession(io: LineIo): LineSession {
  return new GbSession(io);
}

interface Pending {
  readonly order: LineCommand;
  readonly settle: (outcome: Result<Decoded>) => void;
}

interface Outstanding extends Pending {
  readonly serial: number;
  readonly command: number;
  sendings: number;
  cancel: () => void;
}

class GbSession implements LineSession {
  readonly heard = { lastMs: null as number | null, frames: 0, keepAlives: 0 };
  readonly #io: LineIo;
  readonly #offset: number;
  /** The last frame from the device: its addresses are swapped and its version is repeated. */
  #peer: Frame | null = null;
  #serial = 0;
  #queue: Pending[] = [];
  #outstanding: Outstanding | null = null;
  #cancelClock: () => void = () => {};
  #closed = false;

  constructor(io: LineIo) {
    this.#io = io;
    this.#offset = io.settings.utcOffsetMin ?? CHINA_MIN;
  }

  received(bytes: Uint8Array, decoded: Decoded): void {
    const frame = parseFrame(bytes);
    const first = this.#peer === null;
    this.#peer = frame;
    this.heard.lastMs = this.#io.clock.monotonic();
    this.heard.frames += 1;
    if (decoded.frame["keep_alive"] === true) this.heard.keepAlives += 1;
    if (ANSWERS.includes(frame.command)) this.#answered(frame, decoded);
    if (first) void this.#setClock();
  }

  request(order: LineCommand): Promise<Result<Decoded>> {
    if (this.#closed) return Promise.resolve(refuse("closed", "the line is closed"));
    if (this.#queue.length >= QUEUE) {
      return Promise.resolve(refuse("busy", `${QUEUE} orders are waiting`));
    }
    return new Promise((settle) => {
      this.#queue.push({ order, settle });
      this.#next();
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelClock();
    const left = this.#queue;
    this.#queue = [];
    this.#settle(refuse("closed", "the line was closed"));
    for (const { settle } of left) settle(refuse("closed", "the line was closed"));
  }

  #next(): void {
    if (this.#outstanding !== null) return;
    const pending = this.#queue.shift();
    if (pending === undefined) return;
    const encoded = this.#encode(pending.order);
    if (!encoded.ok) {
      pending.settle(encoded);
      this.#next();
      return;
    }
    const { command } = encoded.value;
    const serial = this.#serial;
    this.#serial = (this.#serial + 1) & 0xffff;
    this.#outstanding = { ...pending, serial, command, sendings: 0, cancel: () => {} };
    this.#send(this.#outstanding);
  }

  /** Every sending carries its own time, so that a clock set by the fourth is as right as by the first. */
  #send(outstanding: Outstanding): void {
    const encoded = this.#encode(outstanding.order);
    if (!encoded.ok) {
      this.#settle(encoded);
      return;
    }
    outstanding.cancel();
    outstanding.sendings += 1;
    outstanding.cancel = this.#io.clock.after(ANSWER_MS, () =>
      this.#again(outstanding, "timeout", "no answer"),
    );
    this.#io.write(encodeFrame({ ...encoded.value, serial: outstanding.serial }));
  }

  #again(outstanding: Outstanding, reason: string, detail: string): void {
    if (outstanding.sendings < SENDINGS) {
      this.#send(outstanding);
      return;
    }
    const { verb } = outstanding.order;
    this.#settle(refuse(reason, `${verb}: ${detail} after ${SENDINGS} sendings`));
  }

  #encode(order: LineCommand): Result<Frame> {
    const peer = this.#peer;
    if (peer === null) return refuse("no_peer", "nothing was heard on the line yet");
    const now = this.#io.trustedNow();
    if (order.verb === "set_clock" && now === null) {
      return refuse("clock_untrusted", "the gateway's own clock is not trusted");
    }
    const args = order.verb === "set_clock" ? [now ?? 0] : (order.args ?? []);
    const encoded = encodeOrder(order.verb, args, this.#offset);
    if (!encoded.ok) return encoded;
    const label = encodeTime(now ?? this.#io.clock.wall(), this.#offset);
    const { version, source, destination } = peer;
    return ok({
      ...encoded.value,
      serial: 0,
      version,
      label,
      source: destination,
      destination: source,
    });
  }

  #answered(frame: Frame, decoded: Decoded): void {
    const outstanding = this.#outstanding;
    const right: number =
      outstanding?.command === COMMAND.control ? COMMAND.confirm : COMMAND.answer;
    const awaited = [right, COMMAND.deny].includes(frame.command);
    if (outstanding?.serial !== frame.serial || !awaited) {
      this.#io.report("unmatched_answer", `serial ${frame.serial}, command ${frame.command}`);
    } else if (frame.command === COMMAND.deny) {
      this.#again(outstanding, "denied", "denied");
    } else {
      this.#settle(ok(decoded));
    }
  }

  #settle(outcome: Result<Decoded>): void {
    const outstanding = this.#outstanding;
    if (outstanding === null) return;
    outstanding.cancel();
    this.#outstanding = null;
    outstanding.settle(outcome);
    this.#next();
  }

  async #setClock(): Promise<void> {
    const set = await this.request({ verb: "set_clock" });
    if (this.#closed) return;
    if (!set.ok) this.#io.report("clock_not_set", set.error.detail);
    this.#cancelClock = this.#io.clock.after(set.ok ? DAY_MS : CLOCK_RETRY_MS, () => {
      void this.#setClock();
    });
  }
}

const ANSWERS: readonly number[] = [COMMAND.confirm, COMMAND.answer, COMMAND.deny];

/**
 * One line of the facility file, with its driver.
 *
 *   bytes -> framer -> decode -> pipeline --durable--> answer -> line
 *              |         |
 *          discarded   refused: counted; a negative answer goes out at once
 */
import type { Line } from "@anhu/core/facility";
import type { Clock } from "@anhu/core/time";
import type { Logger } from "pino";
import type { Framer, FramerOutput, LineSession, SerialDriver } from "../drivers/index.ts";
import type { Message } from "../pipeline/model.ts";
import type { Channel, Port } from "./port.ts";

export interface LineParts {
  readonly line: Line;
  readonly driver: SerialDriver;
  readonly port: Port;
  readonly clock: Clock;
  readonly log: Logger;
  readonly accept: (message: Message) => Promise<boolean>;
  /** Counts and keeps what was not understood. */
  readonly refuse: (wire: string, reason: string, raw: Uint8Array) => void;
  readonly trustedNow: () => number | null;
  readonly opened: (line: string, isOpen: boolean) => void;
}

export interface RunningLine {
  readonly id: string;
  isOpen(): boolean;
  stop(): void;
}

/** Opens the line and keeps it open until stopped. */
export function runLine(parts: LineParts): RunningLine {
  const { line, port, log, opened } = parts;
  let current: Conversation | null = null;
  let lastFailure = "";
  port.start({
    opened(channel) {
      log.info({ line: line.id }, "line is open");
      lastFailure = "";
      const conversation = new Conversation(parts, channel);
      current = conversation;
      opened(line.id, true);
      return {
        bytes: (bytes) => conversation.bytes(bytes),
        closed(detail) {
          log.warn({ line: line.id, detail }, "line is closed");
          conversation.closed();
          if (current !== conversation) return;
          current = null;
          opened(line.id, false);
        },
      };
    },
    failed(reason, detail) {
      // It is tried again for ever: said once per cause.
      if (reason !== lastFailure)
        log.error({ line: line.id, reason, detail }, "line cannot be opened");
      lastFailure = reason;
    },
  });
  return { id: line.id, isOpen: () => current !== null, stop: () => port.stop() };
}

/** One connection of a line, from its opening to its end. */
class Conversation {
  readonly #parts: LineParts;
  readonly #channel: Channel;
  readonly #framer: Framer;
  readonly #session: LineSession | undefined;
  #isOpen = true;
  #cancelIdle: () => void = () => {};

  constructor(parts: LineParts, channel: Channel) {
    const { clock, trustedNow, log, line } = parts;
    this.#parts = parts;
    this.#channel = channel;
    this.#framer = parts.driver.framer();
    this.#session = parts.driver.session?.({
      clock,
      settings: {},
      trustedNow,
      write: (bytes) => this.#write(bytes),
      report: (reason, detail) => log.warn({ line: line.id, reason, detail }, "session"),
    });
  }

  bytes(bytes: Uint8Array): void {
    this.#cancelIdle();
    this.#handle(this.#framer.push(bytes));
    if (this.#framer.held > 0) {
      this.#cancelIdle = this.#parts.clock.after(this.#parts.driver.idleMs, () =>
        this.#handle(this.#framer.end()),
      );
    }
  }

  closed(): void {
    this.#isOpen = false;
    this.#cancelIdle();
    this.#handle(this.#framer.end());
    this.#session?.close();
  }

  #handle(outputs: readonly FramerOutput[]): void {
    for (const output of outputs) {
      if ("frame" in output) this.#frame(output.frame).catch(this.#failed(output.frame));
      else {
        this.#parts.refuse(this.#parts.line.id, output.reason, output.discarded);
        if (output.answer !== undefined) this.#write(output.answer);
      }
    }
  }

  /** A frame that finds a mistake of ours costs itself, not the gateway. */
  #failed(frame: Uint8Array): (thrown: unknown) => void {
    const { log, refuse, line } = this.#parts;
    return (thrown) => {
      log.error({ err: thrown, line: line.id }, "a frame could not be handled");
      refuse(line.id, "internal_error", frame);
    };
  }

  async #frame(frame: Uint8Array): Promise<void> {
    const { driver, accept, line, trustedNow } = this.#parts;
    const now = trustedNow();
    const result = driver.decode(frame, now === null ? {} : { nowMs: now });
    const answer = result.answer ?? null;
    const stored = accept({ wire: line.id, result, raw: frame, answered: answer !== null });
    if (result.ok) this.#session?.received(frame, result);
    else if (answer !== null) this.#write(answer);
    if ((await stored) && result.ok && answer !== null) this.#write(answer);
  }

  #write(bytes: Uint8Array): void {
    if (this.#isOpen) this.#channel.write(bytes);
  }
}

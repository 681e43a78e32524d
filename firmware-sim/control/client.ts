import { connect } from "node:net";
import type { Socket } from "node:net";
import { AnhuError } from "@anhu/core/errors";
import type { Result } from "@anhu/core/result";
import type { Clock } from "@anhu/core/time";
import { readLines } from "./lines.ts";
import type { Answer, FromSimulator, Requests, SimulatorEvent, Verb } from "./protocol.ts";
import { WAITING_LIMIT } from "./protocol.ts";

/** A conversation with the running simulator. */
export interface Control {
  /** Asks and waits for the answer; throws `no_simulator` when the conversation ends before it, `timeout` after 10 s. */
  ask<V extends Verb>(verb: V, asks: Requests[V]["asks"]): Promise<Result<Requests[V]["value"]>>;
  /** Called with every event; ask for `watch` to get them. */
  onEvent(listener: (event: SimulatorEvent) => void): void;
  close(): void;
  /** The conversation is over: closed, or the simulator is gone. */
  readonly ended: boolean;
}

const ANSWER_MS = 10_000;

/** Connects to the control socket. Throws `no_simulator` when nobody listens there. */
export async function connectControl(path: string, clock: Clock): Promise<Control> {
  const socket = connect(path);
  await new Promise<void>((up, down) => {
    socket.once("connect", up);
    socket.once("error", (error) => down(nobody(path, error)));
  });
  return new Conversation(socket, path, clock);
}

class Conversation implements Control {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (answer: Answer | AnhuError) => void>();
  #listener = (_event: SimulatorEvent) => {};
  #id = 0;

  constructor(socket: Socket, path: string, clock: Clock) {
    this.#socket = socket;
    this.#path = path;
    this.#clock = clock;
    const reader = readLines(WAITING_LIMIT);
    socket.on("data", (bytes) => {
      const lines = reader.push(bytes);
      if (lines === undefined) socket.destroy();
      for (const line of lines ?? []) this.#take(JSON.parse(line) as FromSimulator);
    });
    socket.on("error", () => {
      // `close` follows and tells everybody who waits.
    });
    socket.on("close", () => {
      for (const told of this.#waiting.values()) told(nobody(path));
    });
  }

  async ask<V extends Verb>(
    verb: V,
    asks: Requests[V]["asks"],
  ): Promise<Result<Requests[V]["value"]>> {
    const id = ++this.#id;
    const answer = await new Promise<Answer | AnhuError>((told) => {
      const cancel = this.#clock.after(ANSWER_MS, () => told(late(this.#path)));
      this.#waiting.set(id, (what) => {
        cancel();
        told(what);
      });
      if (this.#socket.destroyed) this.#waiting.get(id)?.(nobody(this.#path));
      else this.#socket.write(`${JSON.stringify({ id, do: verb, ...asks })}\n`);
    });
    this.#waiting.delete(id);
    if (answer instanceof AnhuError) throw answer;
    return answer as Result<Requests[V]["value"]>;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#socket.end();
  }

  get ended(): boolean {
    return this.#socket.destroyed;
  }

  #take(message: FromSimulator): void {
    if ("event" in message) this.#listener(message);
    else this.#waiting.get(message.id)?.(message);
  }
}

function nobody(path: string, cause?: unknown): AnhuError {
  const text = `the simulator is not running: nobody listens on ${path}`;
  return new AnhuError("no_simulator", text, { fault: "environment", retry: true, cause });
}

function late(path: string): AnhuError {
  const text = `the simulator did not answer on ${path} within ${ANSWER_MS / 1000} s`;
  return new AnhuError("timeout", text, { fault: "environment", retry: true });
}

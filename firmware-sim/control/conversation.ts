import type { Socket } from "node:net";
import type { Result } from "@anhu/core/result";
import { ok, refuse } from "@anhu/core/result";
import type { Phones } from "../phones/index.ts";
import type { Plant } from "../plant/index.ts";
import { readLines } from "./lines.ts";
import type { Requests, SimulatorEvent, Verb } from "./protocol.ts";
import { LINE_LIMIT, WAITING_LIMIT } from "./protocol.ts";

export interface ConversationOptions {
  readonly plant: Omit<Plant, "watch">;
  readonly phones: Pick<Phones, "answer" | "fail">;
  /** Calls the listener with every event until the returned function is called. */
  readonly watch: (listener: (event: SimulatorEvent) => void) => () => void;
  /** Alarms and line faults at random from now on. */
  readonly storm: (asked: Requests["storm"]["asks"]) => void;
}

type Verbs = { readonly [V in Verb]: (asks: Requests[V]["asks"]) => Result<Requests[V]["value"]> };

/** Serves one client until its connection ends. */
export function converse(socket: Socket, options: ConversationOptions): void {
  const { plant, phones } = options;
  const reader = readLines(LINE_LIMIT);
  const endings: (() => void)[] = [];
  const tell = (message: object) => {
    socket.write(`${JSON.stringify(message)}\n`);
    if (socket.writableLength > WAITING_LIMIT) socket.destroy();
  };
  let watching = false;

  const verbs: Verbs = {
    watch() {
      if (!watching) endings.push(options.watch(tell));
      watching = true;
      return ok({ siren: plant.siren() });
    },
    play: ({ step }) => plant.play(step),
    hold({ names, afterwards }) {
      const steps = [...afterwards];
      const release = plant.hold(names);
      endings.push(() => {
        for (const step of steps) attempt(() => plant.play(step));
        release();
      });
      return ok(null);
    },
    storm(asked) {
      options.storm(asked);
      return ok(null);
    },
    answer: ({ rules }) => untilEnd(phones.answer(rules)),
    phone: ({ person, fault }) => untilEnd(phones.fail(person, fault)),
    status: () => ok(plant.status()),
  };

  /** What the client began ends with its connection. */
  function untilEnd(begun: Result<() => void>): Result<null> {
    if (!begun.ok) return begun;
    endings.push(begun.value);
    return ok(null);
  }

  socket.on("data", (bytes) => {
    const lines = reader.push(bytes);
    if (lines === undefined) socket.destroy();
    for (const line of lines ?? []) tell(answer(verbs, line));
  });
  socket.on("error", () => {
    // A client that went away without a word: `close` follows.
  });
  socket.on("close", () => {
    for (const end of endings) end();
  });
}

function answer(verbs: Verbs, line: string): object {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return { id: 0, ...refuse("bad_json", thrown.message) };
  }
  const { id = 0, do: verb, ...asks } = Object(request) as Record<string, unknown>;
  if (typeof verb !== "string" || !Object.hasOwn(verbs, verb))
    return { id, ...refuse("unknown_verb", `there is no ${String(verb)}`) };
  const run = verbs[verb as Verb] as (asks: unknown) => Result<unknown>;
  return { id, ...attempt(() => run(asks)) };
}

/** The owner's own client is at fault when what it asks has not the shape of protocol.ts. */
function attempt(run: () => Result<unknown>): Result<unknown> {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return refuse("bad_shape", thrown.message);
  }
}

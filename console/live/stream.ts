/**
 * The live connection: `GET /api/v1/stream`, resumed by Last-Event-ID, watched by the server's heartbeat (every 15 s), opened again for ever.
 *
 *   connecting --first event--> live --ended, refused, or silent for 40 s--> broken --0.5 s, doubled to 10 s--> connecting ...
 *
 * A browser's own EventSource hides the heartbeat, so that it takes a dead line for a quiet one; and it gives up for good at a 503.
 */
import type { Clock } from "@anhu/core/time";
import { readEvents } from "./events.ts";
import type { StreamEvent } from "./events.ts";

export type { StreamEvent } from "./events.ts";

export type Phase = "connecting" | "live" | "broken";

export interface StreamOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly onEvent: (event: StreamEvent) => void;
  /** Told at each change; `broken` stays until it is live again. */
  readonly onPhase: (phase: Phase) => void;
  /** Nobody is signed in any more: it is not tried again. */
  readonly onSignedOut: () => void;
}

export interface Stream {
  /** Tries at once: the device is on line again, the page is seen again. */
  wake(): void;
  close(): void;
}

const STREAM_URL = "/api/v1/stream";
/** Two heartbeats and a half. */
const SILENT_MS = 40_000;
/** One heartbeat and a third. */
const ASLEEP_MS = 20_000;
const ANSWER_MS = 10_000;
const AGAIN_FIRST_MS = 500;
const AGAIN_MOST_MS = 10_000;

export function openStream(options: StreamOptions): Stream {
  const { clock, onPhase } = options;
  let lastId: string | null = null;
  let phase: Phase | null = null;
  let delayMs = AGAIN_FIRST_MS;
  let closed = false;
  let cancelAgain: (() => void) | null = null;
  let current: AbortController | null = null;
  let heardAt = clock.wall();
  tell("connecting");
  void connect();

  function tell(next: Phase): void {
    if (next === phase || closed) return;
    // Until it is live again it is broken, however often it is tried.
    if (next === "connecting" && phase === "broken") return;
    phase = next;
    onPhase(next);
  }

  async function connect(): Promise<void> {
    cancelAgain = null;
    const abort = new AbortController();
    current = abort;
    const watch = watchdog(clock, () => abort.abort());
    try {
      await listen(abort.signal, watch);
    } catch {
      // However it ended, it is opened again: the phase says that it is broken.
      abort.abort();
    } finally {
      watch.stop();
    }
    if (current === abort) again();
  }

  async function listen(signal: AbortSignal, watch: Watchdog): Promise<void> {
    watch.within(ANSWER_MS);
    const headers = lastId === null ? {} : { "last-event-id": lastId };
    const answer = await options.fetch(STREAM_URL, { headers, signal, cache: "no-store" });
    if (answer.status === 401) {
      close();
      options.onSignedOut();
      return;
    }
    if (!answer.ok || answer.body === null) return;
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    const events = readEvents();
    for (;;) {
      watch.within(SILENT_MS);
      const { done, value } = await reader.read();
      if (done || closed) return;
      heardAt = clock.wall();
      for (const event of events.push(decoder.decode(value, { stream: true }))) {
        delayMs = AGAIN_FIRST_MS;
        tell("live");
        if (event.id !== "") lastId = event.id;
        options.onEvent(event);
      }
    }
  }

  function again(): void {
    if (closed) return;
    tell("broken");
    cancelAgain = clock.after(delayMs, () => void connect());
    delayMs = Math.min(delayMs * 2, AGAIN_MOST_MS);
  }

  function close(): void {
    closed = true;
    cancelAgain?.();
    current?.abort();
  }

  return {
    wake() {
      if (closed) return;
      // A device that slept has slept through the watch, but not through the wall clock.
      if (clock.wall() - heardAt > ASLEEP_MS) current?.abort();
      if (cancelAgain === null) return;
      cancelAgain();
      delayMs = AGAIN_FIRST_MS;
      void connect();
    },
    close,
  };
}

interface Watchdog {
  /** It bites after this long, unless told again or stopped before. */
  within(ms: number): void;
  stop(): void;
}

function watchdog(clock: Clock, bite: () => void): Watchdog {
  let cancel = (): void => undefined;
  return {
    within(ms) {
      cancel();
      cancel = clock.after(ms, bite);
    },
    stop: () => cancel(),
  };
}

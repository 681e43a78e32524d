/**
 * The console: a notice on the person's open pages. `sent` when a page's stream took it, `delivered` when the page says that it showed it.
 * No page that takes it within 3 s is `not_connected`: no fault of anything, so no trouble; the other channels go on, and a page that
 * opens later shows what is still to be shown (http/stream.ts).
 */
import type { Clock } from "@anhu/core/time";
import { LATE, within } from "@anhu/core/time";
import type { Channel } from "../channel.ts";
import { consoleNotice } from "./message.ts";
import type { ConsolePages } from "./streams.ts";

const TIMEOUT_MS = 3_000;

export interface ConsoleOptions {
  readonly pages: ConsolePages;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

export function openConsole({ pages, clock, timeoutMs = TIMEOUT_MS }: ConsoleOptions): Channel {
  return {
    kind: "console",
    target: ({ facility, person }) => `${facility}/${person}`,
    async send(delivery) {
      const written = Promise.withResolvers<void>();
      const offer = pages.offer(delivery, consoleNotice(delivery), written.resolve);
      const result = await within(clock, timeoutMs, written.promise);
      offer.withdraw();
      return result === LATE
        ? { result: "failed", reason: "not_connected", blame: "nobody" }
        : { result: "sent" };
    },
    close: () => Promise.resolve(),
  };
}

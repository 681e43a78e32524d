/** The siren of a facility: a command to its gateway. Only the gateway's own reply is "sent". */
import type { Clock } from "@anhu/core/time";
import type { Commands } from "../../commands/commands.ts";
import type { Channel } from "../channel.ts";
import { sirenCommand } from "./message.ts";

const TIMEOUT_MS = 5_000;

export interface SirenOptions {
  readonly run: Commands["run"];
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/** Fails for good with `siren_refused` (the gateway says no); is tried again after `gateway_unreachable` (no reply in 5 s). */
export function openSiren({ run, clock, timeoutMs = TIMEOUT_MS }: SirenOptions): Channel {
  return {
    kind: "siren",
    target: ({ facility, person }) => `${facility}/${person}`,
    async send(delivery) {
      const answer = await run(sirenCommand(delivery, clock.wall() + timeoutMs), timeoutMs);
      if (answer === null)
        return { result: "retry", reason: "gateway_unreachable", blame: "person" };
      if (answer.ok) return { result: "sent" };
      return { result: "failed", reason: "siren_refused", blame: "person" };
    },
    close: () => Promise.resolve(),
  };
}

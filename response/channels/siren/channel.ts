/**
 * The siren of a facility: a command to its gateway. Only the gateway's own reply is "sent". Who answers meanwhile must not be drowned by it: the
 * command is recorded only while nobody has, and what was recorded before is withdrawn by the answer (escalation/sirens.ts).
 */
import type { Clock } from "@anhu/core/time";
import { NEEDLESS } from "../../commands/commands.ts";
import type { Commands } from "../../commands/commands.ts";
import { isUnanswered } from "../../store/sirens.ts";
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
      const command = sirenCommand(delivery, clock.wall() + timeoutMs);
      const answer = await run(command, timeoutMs, (tx) => isUnanswered(tx, delivery));
      // Looked at again, it is cancelled as answered (take.ts).
      if (answer === NEEDLESS) return { result: "retry", reason: "answered", blame: "nobody" };
      if (answer === null)
        return { result: "retry", reason: "gateway_unreachable", blame: "person" };
      if (answer.ok) return { result: "sent" };
      return { result: "failed", reason: "siren_refused", blame: "person" };
    },
    close: () => Promise.resolve(),
  };
}

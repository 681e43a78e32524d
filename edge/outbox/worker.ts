/**
 * The outbox's thread: the disk is waited for here, so that the siren and the lines never wait for it.
 * A composition root of its own: it makes the clock that names files and times retries.
 */
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "@anhu/core/errors";
import { systemClock } from "@anhu/core/time";
import { Keeper } from "./keeper.ts";
import type { OutboxOptions } from "./model.ts";
import { fileReserve } from "./reserve.ts";

/** The operations that the thread runs, one after the other. */
export type Operations = Pick<
  Keeper,
  "commit" | "find" | "release" | "trust" | "stats" | "remembered"
>;

export interface Call {
  readonly id: number;
  readonly op: keyof Operations | "close";
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failed: string };

function serve(port: NonNullable<typeof parentPort>, options: OutboxOptions): void {
  const clock = systemClock();
  const keeper = new Keeper({
    ...options,
    reserve: fileReserve(join(options.folder, "reserve"), options.reserveBytes),
    wall: () => clock.wall(),
    monotonic: () => clock.monotonic(),
  });
  port.on("message", ({ id, op, args }: Call) => {
    try {
      const operation = keeper[op] as (...given: readonly unknown[]) => unknown;
      port.postMessage({ id, value: operation.apply(keeper, [...args]) } satisfies Answer);
    } catch (thrown) {
      port.postMessage({ id, failed: messageOf(thrown) } satisfies Answer);
    }
    if (op === "close") port.close();
  });
}

if (parentPort !== null) serve(parentPort, workerData as OutboxOptions);

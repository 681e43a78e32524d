import type { Result } from "@anhu/core/result";
import type { Plant, Played } from "./index.ts";

/** Waits for what devices said to be confirmed by the gateway. */
export interface Receipts {
  /** Runs when all facts of what was played are confirmed; at once when there are none or it was refused. */
  after(played: Result<Played>, run: () => void): void;
  /** Looks no longer than until the last one that is waited for. */
  close(): void;
}

/** Waits for as many as its caller lets wait. */
export function watchReceipts(plant: Pick<Plant, "watch">): Receipts {
  const waiting = new Set<{ readonly facts: Set<string>; readonly run: () => void }>();
  let closed = false;
  const unwatch = plant.watch((event) => {
    if (event.event !== "learned" || typeof event.confirmed_at !== "number") return;
    for (const one of waiting) {
      if (!one.facts.delete(event.id) || one.facts.size > 0) continue;
      waiting.delete(one);
      one.run();
    }
    if (closed && waiting.size === 0) unwatch();
  });
  return {
    after(played, run) {
      if (!played.ok || played.value.facts.length === 0) return run();
      waiting.add({ facts: new Set(played.value.facts), run });
    },
    close() {
      closed = true;
      if (waiting.size === 0) unwatch();
    },
  };
}

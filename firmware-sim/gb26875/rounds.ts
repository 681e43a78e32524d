import type { Clock } from "@anhu/core/time";

export interface RoundOptions {
  readonly clock: Clock;
  /** In this time every item had its turn. */
  readonly roundMs: number;
  /** Items in one turn. */
  readonly perTurn: number;
}

/** Gives every item its turn in each round, evenly spread over it, the first turn after one step. Returns what stops it. */
export function goRound<T>(
  { clock, roundMs, perTurn }: RoundOptions,
  items: readonly T[],
  turn: (group: readonly T[]) => void,
): () => void {
  const groups = chunks(items, perTurn);
  let next = 0;
  let cancel: (() => void) | null = null;
  const step = () => {
    turn(groups[next] ?? []);
    next = (next + 1) % groups.length;
    cancel = clock.after(roundMs / groups.length, step);
  };
  if (groups.length > 0) cancel = clock.after(roundMs / groups.length, step);
  return () => cancel?.();
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

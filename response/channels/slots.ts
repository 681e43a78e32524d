/**
 * How many deliveries are in flight at once: of a channel, of one far end, of one person. What hangs holds its own few slots, and others
 * go past it. The last slots of each are kept for critical ones, so that these never wait behind what is less grave.
 */
import type { Severity } from "@anhu/core/states";

interface Bound {
  readonly all: number;
  /** Of these, only critical ones get. */
  readonly kept: number;
}

/** assumption: bounds for one process that serves a county; a far end that hangs holds its slots for a channel's time-out. */
const CHANNEL: Bound = { all: 64, kept: 16 };
const TARGET: Bound = { all: 16, kept: 4 };
const PERSON: Bound = { all: 4, kept: 2 };

/** Of one person and channel no more than this can be in flight. */
export const PER_PERSON = PERSON.all;

export interface Place {
  readonly kind: string;
  readonly target: string;
  /** Facility, person and channel. */
  readonly person: string;
  readonly severity: Severity;
}

export class Slots {
  readonly #taken = new Map<string, number>();

  /** Takes a slot of each of the three; false: one of them is full. */
  take(place: Place): boolean {
    const keys = keysOf(place);
    const free = keys.every(([key, { all, kept }]) => {
      const bound = place.severity === "critical" ? all : all - kept;
      return (this.#taken.get(key) ?? 0) < bound;
    });
    if (!free) return false;
    for (const [key] of keys) this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
    return true;
  }

  release(place: Place): void {
    for (const [key] of keysOf(place)) {
      const left = (this.#taken.get(key) ?? 0) - 1;
      if (left > 0) this.#taken.set(key, left);
      else this.#taken.delete(key);
    }
  }
}

function keysOf({ kind, target, person }: Place): readonly (readonly [string, Bound])[] {
  return [
    [`channel ${kind}`, CHANNEL],
    [`target ${kind} ${target}`, TARGET],
    [`person ${kind} ${person}`, PERSON],
  ];
}

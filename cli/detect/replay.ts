import type { Detection, DetectionModel, Input, Slot, StampedPoint } from "@anhu/core/detection";
import { detect, resume } from "@anhu/core/detection";
import type { Alert } from "@anhu/core/wire";

/** Runs detection over recorded readings, on a clock that their own times drive. */
export class Replay {
  readonly #model: DetectionModel;
  readonly #settledMs: number;
  readonly #state = new Map<string, Slot>();
  /** Undefined until the first reading: supervision begins with it. */
  #now: number | undefined;
  #wakeAt = 0;

  constructor(model: DetectionModel) {
    this.#model = model;
    this.#settledMs = 2 * Math.max(60_000, ...model.supervised.values());
  }

  /** The clock runs on to the reading's time, never back; then the reading arrives. */
  *reading(point: StampedPoint): Iterable<Alert> {
    if (this.#now === undefined) {
      this.#now = point.at;
      yield* this.#take(resume(this.#model, this.#state, point.at));
    }
    yield* this.until(point.at);
    yield* this.#step({ type: "points", at: this.#now, points: [point] });
  }

  /** The clock runs on without readings. */
  *until(at: number): Iterable<Alert> {
    if (this.#now === undefined || at <= this.#now) return;
    // After the longest interval everything that can fall silent has: the rest of a long pause is skipped.
    const settled = Math.min(at, this.#now + this.#settledMs);
    while (this.#wakeAt <= settled) yield* this.#step({ type: "tick", at: this.#wakeAt });
    this.#now = at;
  }

  #step(input: Input): readonly Alert[] {
    return this.#take(detect(this.#model, this.#state, input));
  }

  #take({ changes, alerts, wakeAt }: Detection): readonly Alert[] {
    for (const [key, slot] of changes) {
      if (slot === null) this.#state.delete(key);
      else this.#state.set(key, slot);
    }
    this.#wakeAt = wakeAt;
    return alerts;
  }
}

import type { StampedPoint } from "@anhu/core/detection";
import type { EdgeClock } from "../clock/edge-clock.ts";
import type { NamedPoint } from "./names.ts";

/** Stamps of points: no two of a series are alike. */
export class Stamps {
  readonly #clock: Pick<EdgeClock, "stamp">;
  /** The latest of each device of the facility file. */
  readonly #lastOf = new Map<string, number>();

  constructor(clock: Pick<EdgeClock, "stamp">) {
    this.#clock = clock;
  }

  /**
   * Points of one message share its stamp, which is later than all before it of its devices: a series has one point per millisecond.
   * A second point of one series gets a later one.
   */
  give(points: readonly NamedPoint[]): StampedPoint[] {
    const latest = Math.max(0, ...points.map(({ device }) => this.#lastOf.get(device) ?? 0));
    let at = this.#clock.stamp(latest);
    let series = new Set<string>();
    return points.map((point) => {
      const key = `${point.kind} ${point.device}`;
      if (series.has(key)) {
        at = this.#clock.stamp(at);
        series = new Set();
      }
      series.add(key);
      this.#lastOf.set(point.device, at);
      return { ...point, at };
    });
  }
}

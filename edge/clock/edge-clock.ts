/**
 * The edge's own time: what every point and alert of this gateway is stamped with.
 *
 *   wall ahead        own follows at once
 *   wall behind       own runs at half speed until the wall has caught up: it never goes back
 *   wall implausible  own follows monotonic time, source `none`
 *
 * DESIGN.md, "The way of a reading": clocks.
 */
import type { Clock } from "@anhu/core/time";
import type { ClockQuality } from "@anhu/core/wire";

export interface EdgeClockOptions {
  readonly clock: Clock;
  /** The last stamp that reached the disk in an earlier run, UTC ms; 0 when there is none. */
  readonly last: number;
  /** true when the machine's wall clock is disciplined by NTP. */
  readonly synchronized: () => boolean;
}

/** A wall clock outside is a dead battery or a typing mistake, not a time: 2026-01-01 to 2100-01-01. */
const PLAUSIBLE_FROM_MS = Date.UTC(2026, 0, 1);
const PLAUSIBLE_TO_MS = Date.UTC(2100, 0, 1);

/** Time in ms that never goes back and is never used again after a restart. All methods follow the wall clock first. */
export class EdgeClock {
  readonly #clock: Clock;
  readonly #synchronized: () => boolean;
  #own: number;
  #last: number;
  #monotonic: number;
  #trusted = false;
  #shiftMs: number | null = null;

  constructor(options: EdgeClockOptions) {
    this.#clock = options.clock;
    this.#synchronized = options.synchronized;
    this.#last = options.last;
    this.#monotonic = options.clock.monotonic();
    const wall = options.clock.wall();
    this.#trusted = isPlausible(wall);
    this.#own = Math.max(this.#trusted ? wall : 0, options.last + 1);
    if (this.#trusted) this.#shiftMs = Math.floor(this.#own) - options.last - 1;
  }

  /** Own time, whole ms; never before a stamp that was given. */
  now(): number {
    this.#follow();
    return Math.max(Math.floor(this.#own), this.#last);
  }

  /** Own time as a stamp: later than `after` and than every stamp of an earlier run, not before any stamp of this one. */
  stamp(after = 0): number {
    this.#follow();
    this.#last = Math.max(Math.floor(this.#own), this.#last, after + 1);
    return this.#last;
  }

  /** The latest stamp given: what a commit must write down. */
  last(): number {
    return this.#last;
  }

  /** Where the time comes from and how far it is from the wall clock (positive: ahead). */
  quality(): ClockQuality {
    const offset = this.now() - this.#clock.wall();
    if (!this.#trusted) return { source: "none", offset_ms: Math.round(offset) };
    return { source: this.#synchronized() ? "ntp" : "rtc", offset_ms: Math.round(offset) };
  }

  /**
   * Said once when a plausible wall clock is found: stamps that were given without one are so many ms too early, or null.
   * At a start it is said of stamps of earlier runs: they are not later than this one.
   */
  takeShift(): number | null {
    this.#follow();
    const shift = this.#shiftMs;
    this.#shiftMs = null;
    return shift;
  }

  #follow(): void {
    const monotonic = this.#clock.monotonic();
    const elapsed = monotonic - this.#monotonic;
    this.#monotonic = monotonic;
    const wall = this.#clock.wall();
    if (!isPlausible(wall)) {
      this.#own += elapsed;
      this.#trusted = false;
      return;
    }
    if (!this.#trusted) {
      const next = Math.max(Math.ceil(this.#own + elapsed), this.#last + 1);
      this.#shiftMs = Math.max(0, wall - next);
    }
    this.#trusted = true;
    const ahead = this.#own + elapsed - wall;
    if (ahead <= 0) this.#own = wall;
    else this.#own += Math.max(elapsed / 2, elapsed - ahead);
  }
}

function isPlausible(wall: number): boolean {
  return wall >= PLAUSIBLE_FROM_MS && wall < PLAUSIBLE_TO_MS;
}

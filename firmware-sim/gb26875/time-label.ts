/**
 * GB/T 26875.3-2011, 8.2.2, figure 17: second, minute, hour, day, month, year of the century, one plain binary byte each.
 * The standard names no zone: devices send local time, UTC+08:00 in China.
 */
const CHINA_MS = 8 * 3_600_000;

/** The label of a UTC time, cut to the second, in local time. */
export function timeLabel(utcMs: number): Uint8Array {
  const local = new Date(utcMs + CHINA_MS);
  return Uint8Array.of(
    local.getUTCSeconds(),
    local.getUTCMinutes(),
    local.getUTCHours(),
    local.getUTCDate(),
    local.getUTCMonth() + 1,
    local.getUTCFullYear() % 100,
  );
}

/** UTC ms of a label of the years 2000-2099; null when it names no time. */
export function labelTime(label: Uint8Array): number | null {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = label;
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  const utc = local - CHINA_MS;
  return label.length === 6 && timeLabel(utc).every((byte, at) => byte === label[at]) ? utc : null;
}

/** Gives each address a second of its own for everything it says, so that no two readings of a device carry the same time: the next free one when several fall in one second, and never an earlier one when the clock is set back. */
export class UniqueSeconds {
  readonly #last = new Map<string, number>();

  next(address: string, utcMs: number): number {
    const second = Math.max(Math.floor(utcMs / 1000), (this.#last.get(address) ?? 0) + 1);
    this.#last.set(address, second);
    return second * 1000;
  }
}

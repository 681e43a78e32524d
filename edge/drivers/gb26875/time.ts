/** Time labels: second, minute, hour, day, month, year - 2000; one plain binary byte each (8.2.2, figure 17), local time. */

/** UTC+08:00: the time of labels unless the line says otherwise. */
export const CHINA_MIN = 480;

/** UTC ms of a label, or null when it is no time (all zero, 31 February, 0xFF...). */
export function parseTime(label: Uint8Array, utcOffsetMin: number): number | null {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = label;
  if (label.length < 6 || second > 59 || minute > 59 || hour > 23 || year > 99) return null;
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  const back = new Date(local);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  return local - utcOffsetMin * 60_000;
}

/** The label of a time. Years outside 2000-2099 wrap. */
export function encodeTime(utcMs: number, utcOffsetMin: number): Uint8Array {
  const local = new Date(utcMs + utcOffsetMin * 60_000);
  return Uint8Array.of(
    local.getUTCSeconds(),
    local.getUTCMinutes(),
    local.getUTCHours(),
    local.getUTCDate(),
    local.getUTCMonth() + 1,
    local.getUTCFullYear() % 100,
  );
}

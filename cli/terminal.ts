/** A Chinese locale (POSIX, environment variables, 8.2: the first that is set and not empty). */
export function isChinese(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^zh/i.test(env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "");
}

/** Width on a terminal: a Chinese character takes two columns. */
export function columns(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
}

/** `2026-11-23 02:10:05 +08:00`, in `timezone` (tz database), else in this machine's own. */
export function timeText(at: number, timezone?: string): string {
  const timeZone = timezone === undefined ? {} : { timeZone: timezone };
  // Swedish writes ISO 8601.
  const day = { dateStyle: "short", timeStyle: "medium", ...timeZone } as const;
  const zone = { timeZoneName: "longOffset", ...timeZone } as const;
  const parts = new Intl.DateTimeFormat("en", zone).formatToParts(at);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "");
  return `${new Intl.DateTimeFormat("sv-SE", day).format(at)} ${offset || "+00:00"}`;
}

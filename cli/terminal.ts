/** A Chinese locale (POSIX, environment variables, 8.2: the first that is set and not empty). */
export function isChinese(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^zh/i.test(env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "");
}

/** Width on a terminal: a Chinese character takes two columns. */
export function columns(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
}

/** Times as people read them, in the time zone of the facility they are of. Pure: `now` is given. */
import { fill } from "../words/index.ts";
import type { Language, Words } from "../words/index.ts";

export interface TimeOptions {
  readonly timezone: string;
  /** The zone is not the one that a reader expects: it is written behind the time. */
  readonly named?: boolean;
  readonly language: Language;
  readonly words: Words;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUST_NOW = 5 * SECOND;

/** `02:10:07`, `19:10:07 GMT+1` */
export function clockTime(at: number, options: Pick<TimeOptions, "timezone" | "named">): string {
  const time = format("en-GB", { timeZone: options.timezone, timeStyle: "medium" }).format(at);
  return withZone(time, at, options);
}

/** `今天 02:10`, `yesterday 02:10`, `11月20日 02:10`, `20 Nov 02:10`; with the year when it is another. */
export function dayTime(at: number, now: number, options: TimeOptions): string {
  const { timezone, words } = options;
  const short = format("en-GB", { timeZone: timezone, timeStyle: "short" }).format(at);
  const time = withZone(short, at, options);
  const days = dayNumber(at, timezone) - dayNumber(now, timezone);
  if (days === 0) return fill(words.time.today, { time });
  if (days === -1) return fill(words.time.yesterday, { time });
  if (days === 1) return fill(words.time.tomorrow, { time });
  return `${day(at, now, options)} ${time}`;
}

/** `3 分钟`, `2 h`: the largest unit that fits, rounded down. */
export function duration(ms: number, { words }: Pick<TimeOptions, "words">): string {
  const past = Math.max(0, ms);
  if (past < MINUTE) return fill(words.time.seconds, { n: Math.floor(past / SECOND) });
  if (past < HOUR) return fill(words.time.minutes, { n: Math.floor(past / MINUTE) });
  if (past < 2 * DAY) return fill(words.time.hours, { n: Math.floor(past / HOUR) });
  return fill(words.time.days, { n: Math.floor(past / DAY) });
}

/** How long to wait, not too little: `4 秒`, `15 min`; rounded up. */
export function waitTime(ms: number, { words }: Pick<TimeOptions, "words">): string {
  const unit = ms >= MINUTE ? MINUTE : SECOND;
  return duration(Math.ceil(Math.max(ms, SECOND) / unit) * unit, { words });
}

/** `刚刚`, `3 分钟前`. A gateway's clock may be ahead of the server's: what has happened is never to come. */
export function ago(at: number, now: number, options: Pick<TimeOptions, "words">): string {
  const { words } = options;
  const past = now - at;
  return past < JUST_NOW ? words.time.now : fill(words.time.ago, { time: duration(past, options) });
}

/** `40 分钟后`, `in 2 h`. */
export function ahead(at: number, now: number, options: Pick<TimeOptions, "words">): string {
  return fill(options.words.time.ahead, { time: waitTime(at - now, options) });
}

function withZone(
  time: string,
  at: number,
  { timezone, named = false }: Pick<TimeOptions, "timezone" | "named">,
): string {
  if (!named) return time;
  const parts = format("en-GB", { timeZone: timezone, timeZoneName: "shortOffset" });
  const zone = parts.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
  return `${time} ${zone ?? timezone}`;
}

function day(at: number, now: number, { timezone, language }: TimeOptions): string {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const year = (ms: number): string =>
    format(locale, { timeZone: timezone, year: "numeric" }).format(ms);
  return format(locale, {
    timeZone: timezone,
    day: "numeric",
    month: language === "zh" ? "long" : "short",
    ...(year(at) === year(now) ? {} : { year: "numeric" }),
  }).format(at);
}

/** Days since an arbitrary one, by the calendar of the zone. */
function dayNumber(at: number, timezone: string): number {
  const [year = 0, month = 1, date = 1] = format("en-CA", {
    timeZone: timezone,
    dateStyle: "short",
  })
    .format(at)
    .split("-")
    .map(Number);
  return Date.UTC(year, month - 1, date) / DAY;
}

const made = new Map<string, Intl.DateTimeFormat>();

/** A formatter takes longer to make than to use; there are a few per zone and language. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const found = made.get(key) ?? new Intl.DateTimeFormat(locale, options);
  made.set(key, found);
  return found;
}

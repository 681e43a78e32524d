import { isChinese } from "../terminal.ts";
import { EN } from "./words-en.ts";
import { ZH } from "./words-zh.ts";

/** What `--help` says, and what the parser finds wrong, in one language. */
export type HelpWords = typeof EN;

/** Chinese for a Chinese locale, else English. */
export function helpWords(env: Readonly<Record<string, string | undefined>>): HelpWords {
  return isChinese(env) ? ZH : EN;
}

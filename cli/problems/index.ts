/**
 * What an error says to whoever typed a command: its own sentence is English; a Chinese one is found by the code and filled with the
 * error's facts. An error without a Chinese sentence is named by its code: docs/errors.md has all of them.
 */
import { AnhuError, messageOf } from "@anhu/core/errors";
import type { Facts, Failure } from "@anhu/core/errors";
import type { Mistake } from "@anhu/core/facility";
import { isChinese } from "../terminal.ts";
import { mistakeZh } from "./mistakes.ts";
import { sentenceOf, SYSTEM_ZH } from "./words-zh.ts";

/** One sentence or several lines, in the language of the locale. */
export function problemText(
  thrown: unknown,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (!isChinese(env)) return messageOf(thrown);
  if (thrown instanceof AnhuError) return sentenceOf(thrown.code, thrown.about);
  const { code = "", path = "" } = thrown as NodeJS.ErrnoException;
  const known = SYSTEM_ZH[code];
  return known === undefined ? `程序出错：${messageOf(thrown)}` : `${known}${path && `：${path}`}`;
}

/** A failure that a service told, as the error that it was; without a code it is a bug, known by its own sentence alone. */
export function errorOf({ failed, code, about = {} }: Failure): Error {
  if (code === undefined) return new Error(failed);
  return new AnhuError(code, failed, { fault: "environment", retry: false, about });
}

/** A failure that a service told, as facts of the error that is thrown for it. */
export function factsOf({ failed, code, about }: Failure): Facts {
  return { ...about, ...(code === undefined ? { why: failed } : { code }) };
}

/** Mistakes of a facility file as facts: in Chinese, as they are in the error's own sentence in English; every one on a line of its own. */
export function mistakesOf(file: string, mistakes: readonly Mistake[]): Facts {
  return { mistakes: mistakes.map((one) => `  ${mistakeZh(file, one)}`).join("\n") };
}

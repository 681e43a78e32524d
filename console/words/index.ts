/** The words of the console: one typed object per language, never mixed on a page. */
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Language = "zh" | "en";
export type Words = typeof zh;

/** Forms of one sentence for a count: CLDR's plural categories that Chinese and English have. */
export interface Plural {
  readonly one: string;
  readonly other: string;
}

export const WORDS: Readonly<Record<Language, Words>> = { zh, en };

/** The first of a browser's languages that the console speaks; Chinese when it speaks none. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "zh" || primary === "en") return primary;
  }
  return "zh";
}

/** Puts values into a sentence: `{n}` becomes `values.n`. A place without a value stays as it is, which a test sees. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{([a-zA-Z]+)\}/g, (place, key: string) =>
    Object.hasOwn(values, key) ? String(values[key]) : place,
  );
}

/** The sentence for a count, with `{n}` filled in. */
export function count(forms: Plural, n: number): string {
  return fill(n === 1 ? forms.one : forms.other, { n });
}

/** A word of a list that may meet a key it does not know: then the list's `other`. */
export function word(
  list: Readonly<Record<string, string>> & { readonly other: string },
  key: string,
): string {
  return Object.hasOwn(list, key) ? (list[key] ?? list.other) : list.other;
}

import { createContext, use, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import type { Name } from "@anhu/response/api";
import { WORDS } from "./index.ts";
import type { Language, Words } from "./index.ts";

export interface Speech {
  readonly language: Language;
  readonly words: Words;
  /** A name in the page's language. */
  readonly say: (name: Name) => string;
  readonly speak: (language: Language) => void;
}

const Spoken = createContext<Speech | null>(null);

/** Everything inside speaks one language; `onChange` is told when a person chooses another. */
export function LanguageProvider(props: {
  readonly first: Language;
  readonly onChange: (language: Language) => void;
  readonly children: ReactNode;
}) {
  const { first, onChange, children } = props;
  const [language, setLanguage] = useState(first);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const speech = useMemo(
    () => ({
      language,
      words: WORDS[language],
      say: (name: Name) => name[language],
      speak: (next: Language) => {
        setLanguage(next);
        onChange(next);
      },
    }),
    [language, onChange],
  );
  return <Spoken value={speech}>{children}</Spoken>;
}

export function useWords(): Speech {
  const speech = use(Spoken);
  if (speech === null) throw new Error("outside of LanguageProvider");
  return speech;
}

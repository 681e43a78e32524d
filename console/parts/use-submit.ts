import { useCallback, useState } from "react";
import { AnhuError } from "@anhu/core/errors";
import { useWords } from "../words/use-words.tsx";
import { problemText } from "./trouble.tsx";

export interface Submit {
  readonly busy: boolean;
  /** What is wrong, in words; null: nothing. */
  readonly wrong: string | null;
  /** Its code (docs/errors.md); null: nothing is wrong, or it was not the system that said so. */
  readonly code: string | null;
  /** null: nothing is wrong any more. */
  readonly complain: (text: string | null) => void;
  /** Resolves with whether it was done. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** One form's way to the system: busy while it is asked, then done (true) or what was wrong. */
export function useSubmit(): Submit {
  const { words } = useWords();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const complain = useCallback((text: string | null): void => {
    setWrong(text);
    setCode(null);
  }, []);
  return {
    busy,
    wrong,
    code,
    complain,
    async run(work) {
      setBusy(true);
      setWrong(null);
      setCode(null);
      try {
        await work();
        return true;
      } catch (thrown) {
        setWrong(problemText(words, thrown));
        setCode(thrown instanceof AnhuError ? thrown.code : null);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

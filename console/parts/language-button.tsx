import { TranslationOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { Language } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";

/** To the other language. What it says is in the page's own: nothing is mixed. */
export function LanguageButton(props: { readonly onSpoken?: (language: Language) => void }) {
  const { language, words, speak } = useWords();
  return (
    <Button
      type="text"
      icon={<TranslationOutlined />}
      onClick={() => {
        const next = language === "zh" ? "en" : "zh";
        speak(next);
        props.onSpoken?.(next);
      }}
    >
      {words.language.other}
    </Button>
  );
}

import { TranslationOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useWords } from "../words/use-words.tsx";

/** To the other language. What it says is in the page's own: nothing is mixed. */
export function LanguageButton() {
  const { language, words, speak } = useWords();
  return (
    <Button
      type="text"
      icon={<TranslationOutlined />}
      onClick={() => speak(language === "zh" ? "en" : "zh")}
    >
      {words.language.other}
    </Button>
  );
}

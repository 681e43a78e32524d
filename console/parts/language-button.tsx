import { TranslationOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { Language } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";

/** Each in itself: who cannot read the page finds their own. */
const OWN_NAME: Readonly<Record<Language, string>> = { zh: "中文", en: "English" };

/** To the other language, named in it. `flush`: its edge is that of the text around it. */
export function LanguageButton(props: {
  readonly onSpoken?: (language: Language) => void;
  readonly flush?: boolean;
}) {
  const { language, speak } = useWords();
  const next = language === "zh" ? "en" : "zh";
  return (
    <Button
      type="text"
      lang={next === "zh" ? "zh-CN" : "en"}
      style={props.flush === true ? { paddingInline: 0 } : {}}
      icon={<TranslationOutlined />}
      onClick={() => {
        speak(next);
        props.onSpoken?.(next);
      }}
    >
      {OWN_NAME[next]}
    </Button>
  );
}

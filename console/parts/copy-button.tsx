import { useState } from "react";
import { CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useWords } from "../words/use-words.tsx";

/** Puts a text into the clipboard. Browsers offer that to secure pages only: elsewhere there is no button. */
export function CopyButton({ text }: { readonly text: string }) {
  const { words } = useWords();
  const [copied, setCopied] = useState<string | null>(null);
  if (!window.isSecureContext) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <Button icon={<CopyOutlined />} onClick={() => void copy().catch(() => setCopied(null))}>
      {copied === text ? words.act.copied : words.act.copy}
    </Button>
  );
}

import { CopyButton } from "./copy-button.tsx";

/** A line for a terminal, whole on any screen. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div className="command">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}

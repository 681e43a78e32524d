import type { ReactNode } from "react";

/** What lies over the page. It takes the focus: a screen reader reads it, and no key that is meant for the page below answers. */
export function Over(props: {
  readonly role: "dialog" | "alertdialog";
  readonly className: string;
  readonly label: string;
  readonly onEscape?: () => void;
  readonly children: ReactNode;
}) {
  const { role, className, label, onEscape, children } = props;
  return (
    <div
      ref={takeFocus}
      tabIndex={-1}
      role={role}
      className={className}
      aria-modal="true"
      aria-label={label}
      onKeyDown={({ key }) => (key === "Escape" ? onEscape?.() : undefined)}
    >
      {children}
    </div>
  );
}

function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}

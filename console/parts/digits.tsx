import { useState } from "react";
import { Input } from "antd";
import { useWords } from "../words/use-words.tsx";

/** A field that takes digits only, and says so when something else is typed. Full-width digits, as Chinese keyboards type them, are digits. */
export function DigitsInput(props: {
  readonly value: string;
  readonly onChange: (digits: string) => void;
  readonly most: number;
  readonly id?: string;
  readonly label?: string;
  readonly className?: string;
  /** It is a code that was sent or is read off somewhere, and the only thing to type. */
  readonly code?: boolean;
  readonly wrong?: boolean;
  readonly focus?: boolean;
  readonly onEnter?: () => void;
}) {
  const { words } = useWords();
  const { value, onChange, most, id, label, className, onEnter } = props;
  const { code = false, wrong = false, focus = false } = props;
  const [dropped, setDropped] = useState(false);
  const take = (typed: string): void => {
    const known = typed.normalize("NFKC");
    const digits = known.replaceAll(/\D/g, "");
    setDropped(digits !== known);
    onChange(digits.slice(0, most));
  };
  return (
    <>
      <Input
        {...(id === undefined ? {} : { id })}
        {...(className === undefined ? {} : { className })}
        {...(label === undefined ? {} : { "aria-label": label })}
        inputMode="numeric"
        autoFocus={focus}
        autoComplete={code ? "one-time-code" : "off"}
        allowClear={!code}
        status={wrong ? "error" : ""}
        value={value}
        onChange={({ target }) => take(target.value)}
        onPressEnter={() => onEnter?.()}
      />
      <span className="field-wrong" role="status">
        {dropped ? words.onlyDigits : ""}
      </span>
    </>
  );
}

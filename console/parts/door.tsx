import { useId } from "react";
import type { ReactNode } from "react";
import { Button, Input } from "antd";
import { fill } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";
import { Complaint } from "./complaint.tsx";
import { LanguageButton } from "./language-button.tsx";
import "./door.css";

/** As the API's own bound (response/access/passwords.ts). */
export const SHORTEST_PASSWORD = 10;

/** Where nobody is signed in: our name, a card, the other language. */
export function Door(props: { readonly note: string | null; readonly children: ReactNode }) {
  const { words } = useWords();
  return (
    <main className="door">
      <div className="door-brand">
        <img src="calm.svg" alt="" width={56} height={56} />
        <h1>{words.name}</h1>
        <p className="quiet">{words.tagline}</p>
      </div>
      {props.children}
      {props.note === null ? null : <p className="quiet">{props.note}</p>}
      <LanguageButton />
    </main>
  );
}

/** What is filled in there. */
export function DoorForm(props: {
  readonly title: string;
  /** Of the button that sends it. */
  readonly label: string;
  readonly busy: boolean;
  readonly wrong: string | null;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  const { title, label, busy, wrong, onSubmit, children } = props;
  return (
    <form
      className="door-card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h2>{title}</h2>
      {children}
      <Complaint text={wrong} />
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {label}
      </Button>
    </form>
  );
}

/** A password that is chosen, with what is asked of it. */
export function NewPassword(props: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const { words } = useWords();
  return (
    <TextField
      label={words.join.password}
      hint={fill(words.join.passwordHint, { n: SHORTEST_PASSWORD })}
      use="new-password"
      {...props}
    />
  );
}

/** A line of a form with its label and hint; `use` as HTML's autocomplete has it; `fixed`: to be read only. */
export function TextField(props: {
  readonly label: string;
  readonly hint?: string;
  readonly use: "username" | "name" | "new-password" | "current-password";
  readonly fixed?: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const { label, hint, use, fixed = false, value, onChange } = props;
  const [id, hintId] = [useId(), useId()];
  const shared = {
    id,
    size: "large",
    autoComplete: use,
    autoCapitalize: "none",
    spellCheck: false,
    readOnly: fixed,
    variant: fixed ? "filled" : "outlined",
    maxLength: 128,
    value,
    onChange: (event: { readonly target: { readonly value: string } }) =>
      onChange(event.target.value),
    "aria-describedby": hintId,
  } as const;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {use.endsWith("password") ? <Input.Password {...shared} /> : <Input {...shared} />}
      {hint === undefined ? null : (
        <span id={hintId} className="field-hint">
          {hint}
        </span>
      )}
    </div>
  );
}

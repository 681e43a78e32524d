import { useState } from "react";
import { useEnvironment } from "../../app/environment.tsx";
import { useSessionAccess } from "../../app/session.tsx";
import type { SignedOut } from "../../app/session.tsx";
import { isSoundWanted } from "../../live/alarm-sound.tsx";
import { LostSound } from "../../live/lost-sound.tsx";
import { Door, DoorForm, TextField } from "../../parts/door.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { useWords } from "../../words/use-words.tsx";

export function SignInPage({
  why,
  heard,
}: {
  readonly why: SignedOut;
  /** Alarms were heard here until now. */
  readonly heard: boolean;
}) {
  const { memory } = useEnvironment();
  const { words } = useWords();
  const { signIn } = useSessionAccess();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const { busy, wrong, complain, run } = useSubmit();

  const submit = async (): Promise<void> => {
    if (login.trim() === "") return complain(words.signIn.loginNeeded);
    if (password === "") return complain(words.signIn.passwordNeeded);
    await run(() => signIn(login.trim(), password));
  };

  return (
    <Door note={words.signIn.noAccount}>
      {heard ? <LostSound title={words.signIn.expired} on={isSoundWanted(memory)} /> : null}
      <DoorForm
        title={words.signIn.title}
        label={words.signIn.submit}
        busy={busy}
        wrong={wrong}
        onSubmit={() => void submit()}
      >
        {why === "fresh" ? null : (
          <p className={why === "expired" ? "field-wrong" : "quiet"} role="status">
            {why === "expired" ? words.signIn.expired : words.signIn.ended}
          </p>
        )}
        <TextField label={words.signIn.login} use="username" value={login} onChange={setLogin} />
        <TextField
          label={words.signIn.password}
          use="current-password"
          value={password}
          onChange={setPassword}
        />
      </DoorForm>
    </Door>
  );
}

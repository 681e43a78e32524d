/** `#/join/TOKEN`: sets a password (an administrator also login and name) by a one-time link. The fragment reaches no server's log. */
import { useState } from "react";
import { Button } from "antd";
import { Navigate, useNavigate, useParams } from "react-router";
import { useSessionAccess } from "../../app/session.tsx";
import { Door, TextField } from "../../parts/door.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

/** As the API's own bound (response/access/passwords.ts). */
const SHORTEST = 10;

export default function JoinPage() {
  const { token } = useParams();
  const { words } = useWords();
  const { state } = useSessionAccess();
  if (token === undefined) return <Navigate to="/" replace />;
  return (
    <Door note={state.phase === "in" ? words.join.signedIn : null}>
      <JoinForm token={token} />
    </Door>
  );
}

function JoinForm({ token }: { readonly token: string }) {
  const { words } = useWords();
  const { join } = useSessionAccess();
  const go = useNavigate();
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { busy, wrong, complain, run } = useSubmit();

  const submit = async (): Promise<void> => {
    if (password.length < SHORTEST) return complain(fill(words.join.short, { n: SHORTEST }));
    if (password !== again) return complain(words.join.differ);
    const form = { token, login: login.trim(), name: name.trim(), password };
    if (await run(() => join(form))) await go("/", { replace: true });
  };

  return (
    <form
      className="door-card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2>{words.join.title}</h2>
      <p className="quiet">{words.join.hint}</p>
      <TextField
        label={words.join.login}
        hint={words.join.loginHint}
        use="username"
        value={login}
        onChange={setLogin}
      />
      <TextField
        label={words.join.name}
        hint={words.join.nameHint}
        use="name"
        value={name}
        onChange={setName}
      />
      <TextField
        label={words.join.password}
        hint={fill(words.join.passwordHint, { n: SHORTEST })}
        use="new-password"
        value={password}
        onChange={setPassword}
      />
      <TextField label={words.join.again} use="new-password" value={again} onChange={setAgain} />
      <p className="field-wrong" role="alert">
        {wrong}
      </p>
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {words.join.submit}
      </Button>
    </form>
  );
}

/**
 * `#/join/TOKEN`: sets a password (an administrator also login and name) by a one-time link, which is looked at first: nobody fills in a form for
 * nothing. The fragment reaches no server's log.
 */
import { useEffect, useState } from "react";
import { Button } from "antd";
import { Navigate, useNavigate, useParams } from "react-router";
import { AnhuError } from "@anhu/core/errors";
import type { LinkView } from "@anhu/response/api";
import { useEnvironment } from "../../app/environment.tsx";
import { useSessionAccess } from "../../app/session.tsx";
import { Command } from "../../parts/command.tsx";
import { Door, DoorForm, NewPassword, SHORTEST_PASSWORD, TextField } from "../../parts/door.tsx";
import { Loading } from "../../parts/page.tsx";
import { Trouble } from "../../parts/trouble.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

/** Codes after which the link is of no use, however often it is tried. */
const OVER = ["unknown_link", "link_over"] as const;
type Over = (typeof OVER)[number];

type Seen =
  | { readonly phase: "asking" }
  | { readonly phase: "open"; readonly link: LinkView }
  | { readonly phase: "over"; readonly why: Over }
  | { readonly phase: "failed"; readonly thrown: unknown };

export default function JoinPage() {
  const { token } = useParams();
  const { words } = useWords();
  const { state } = useSessionAccess();
  if (token === undefined) return <Navigate to="/" replace />;
  return (
    <Door note={state.phase === "in" ? words.join.signedIn : null}>
      <Looked key={token} token={token} />
    </Door>
  );
}

function Looked({ token }: { readonly token: string }) {
  const { api } = useEnvironment();
  const [seen, setSeen] = useState<Seen>({ phase: "asking" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let left = false;
    api.send<LinkView>("POST", "session/link", { token }).then(
      (link) => left || setSeen({ phase: "open", link }),
      (thrown: unknown) => left || setSeen(refused(thrown)),
    );
    return () => {
      left = true;
    };
  }, [api, token, round]);
  switch (seen.phase) {
    case "asking":
      return <Loading />;
    case "failed":
      return <Trouble thrown={seen.thrown} retry={() => setRound((before) => before + 1)} />;
    case "over":
      return <LinkOver why={seen.why} />;
    case "open":
      return (
        <JoinForm
          token={token}
          link={seen.link}
          onOver={(why) => setSeen({ phase: "over", why })}
        />
      );
  }
}

function refused(thrown: unknown): Seen {
  const why = OVER.find((code) => thrown instanceof AnhuError && thrown.code === code);
  return why === undefined ? { phase: "failed", thrown } : { phase: "over", why };
}

/** What one does instead. */
function LinkOver({ why }: { readonly why: Over }) {
  const { words } = useWords();
  const go = useNavigate();
  return (
    <section className="door-card link-over" role="alert">
      <h2>{words.join.overTitle}</h2>
      <p>{why === "link_over" ? words.join.used : words.join.unknown}</p>
      <p>{words.join.overSignIn}</p>
      <Button type="primary" size="large" block onClick={() => void go("/", { replace: true })}>
        {words.join.signIn}
      </Button>
      <p className="quiet">{words.join.overAsk}</p>
      <Command text="npx anhu admin link" />
    </section>
  );
}

function JoinForm(props: {
  readonly token: string;
  readonly link: LinkView;
  readonly onOver: (why: Over) => void;
}) {
  const { token, link, onOver } = props;
  const { words } = useWords();
  const { join } = useSessionAccess();
  const go = useNavigate();
  const [login, setLogin] = useState("");
  const [name, setName] = useState(link.name ?? "");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { busy, wrong, complain, run } = useSubmit();

  const submit = async (): Promise<void> => {
    if (link.login === null && login.trim() === "") return complain(words.signIn.loginNeeded);
    if (password.length < SHORTEST_PASSWORD)
      return complain(fill(words.join.short, { n: SHORTEST_PASSWORD }));
    if (password !== again) return complain(words.join.differ);
    const form = { token, login: login.trim(), name: name.trim(), password };
    const done = await run(() =>
      join(form).catch((thrown: unknown) => {
        const now = refused(thrown);
        if (now.phase === "over") onOver(now.why);
        throw thrown;
      }),
    );
    if (done) await go("/", { replace: true });
  };

  return (
    <DoorForm
      title={words.join.title}
      label={words.join.submit}
      busy={busy}
      wrong={wrong}
      onSubmit={() => void submit()}
    >
      <p className="quiet">{words.join.hint}</p>
      <TextField
        label={words.join.login}
        {...(link.login === null ? { hint: words.join.loginHint } : { fixed: true })}
        use="username"
        value={link.login ?? login}
        onChange={setLogin}
      />
      <TextField
        label={words.join.name}
        hint={words.join.nameHint}
        use="name"
        value={name}
        onChange={setName}
      />
      <NewPassword value={password} onChange={setPassword} />
      <TextField label={words.join.again} use="new-password" value={again} onChange={setAgain} />
    </DoorForm>
  );
}

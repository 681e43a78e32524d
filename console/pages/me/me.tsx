/** Who one is here, this device's sound and language, one's password, and the way out. */
import { useState } from "react";
import { App, Button } from "antd";
import { useEnvironment } from "../../app/environment.tsx";
import { useFacilityList } from "../../app/facility.tsx";
import { seesPeople } from "../../app/nav.ts";
import { useSession, useSessionAccess } from "../../app/session.tsx";
import { usePeople } from "../../api/people.ts";
import { useAlarmSound } from "../../live/alarm-sound.tsx";
import { Complaint } from "../../parts/complaint.tsx";
import { NewPassword, SHORTEST_PASSWORD, TextField } from "../../parts/door.tsx";
import { LanguageButton } from "../../parts/language-button.tsx";
import { numberOf } from "../../parts/names.ts";
import { Facts, Page } from "../../parts/page.tsx";
import { dayTime } from "../../parts/times.ts";
import { useNow, useTimes } from "../../parts/when.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { SoundButton } from "../../app/sound-button.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

export default function MePage() {
  const { words } = useWords();
  const { signOut } = useSessionAccess();
  const { offered } = useAlarmSound();
  const { run, wrong, busy } = useSubmit();
  const { api } = useEnvironment();
  return (
    <Page title={words.me.title}>
      <section className="card">
        <Self />
      </section>
      {offered ? <Device /> : null}
      <section className="card">
        <h2>{words.me.language}</h2>
        <LanguageButton
          flush
          onSpoken={(language) => void run(() => api.send("PATCH", "session", { language }))}
        />
        <p className="quiet">{words.me.theme}</p>
      </section>
      <PasswordForm />
      <Complaint text={wrong} />
      <Button
        danger
        size="large"
        loading={busy}
        onClick={() => void run(signOut)}
        style={{ marginTop: 16 }}
      >
        {words.me.signOut}
      </Button>
    </Page>
  );
}

function Self() {
  const { words, say } = useWords();
  const { user, expires_at } = useSession();
  const { current, find } = useFacilityList();
  const now = useNow(60_000);
  const times = useTimes(current);
  const { data } = usePeople(
    user.scope.kind === "facility" ? user.scope.of : "",
    seesPeople(user.role),
  );
  const own = data?.find(({ id }) => id === user.person);
  const scope =
    user.scope.kind === "all"
      ? words.me.all
      : user.scope.kind === "region"
        ? fill(words.me.region, { code: user.scope.of })
        : (find(user.scope.of) ?? null);
  return (
    <>
      <h2>{user.name}</h2>
      <Facts
        of={[
          [words.users.login, user.login],
          [words.users.role, words.userRole[user.role]],
          [words.me.scope, scope === null || typeof scope === "string" ? scope : say(scope.name)],
          [
            words.me.person,
            user.person === null ? (
              <span className="quiet">{words.me.noPerson}</span>
            ) : (
              <>
                {numberOf(user.person)}{" "}
                {own === undefined ? null : (
                  <span className={own.on_duty ? "tag tag-good" : "tag"}>
                    {own.on_duty ? words.me.onDuty : words.me.offDuty}
                  </span>
                )}
              </>
            ),
          ],
          [words.me.session, fill(words.me.sessionEnds, { time: dayTime(expires_at, now, times) })],
        ]}
      />
    </>
  );
}

function Device() {
  const { words } = useWords();
  const { awake } = useAlarmSound();
  return (
    <section className="card">
      <h2>{words.me.device}</h2>
      <SoundButton />
      <p className="quiet">{awake ? words.sound.awake : words.sound.asleep}</p>
    </section>
  );
}

function PasswordForm() {
  const { words } = useWords();
  const { api } = useEnvironment();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const { busy, wrong, complain, run } = useSubmit();
  const send = async (): Promise<void> => {
    if (password.length < SHORTEST_PASSWORD)
      return complain(fill(words.join.short, { n: SHORTEST_PASSWORD }));
    const done = await run(() => api.send("POST", "session/password", { current, password }));
    if (!done) return;
    setOpen(false);
    setCurrent("");
    setPassword("");
    void message.success(words.me.passwordSet);
  };
  return (
    <section className="card">
      <h2>{words.me.password}</h2>
      {open ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
          style={{ maxWidth: 400 }}
        >
          <TextField
            label={words.me.currentPassword}
            use="current-password"
            value={current}
            onChange={setCurrent}
          />
          <NewPassword value={password} onChange={setPassword} />
          <Complaint text={wrong} />
          <Button type="primary" htmlType="submit" loading={busy}>
            {words.act.save}
          </Button>
        </form>
      ) : (
        <Button onClick={() => setOpen(true)}>{words.me.changePassword}</Button>
      )}
    </section>
  );
}

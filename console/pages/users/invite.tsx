import { useState } from "react";
import { Button, Input, Modal, Segmented, Select } from "antd";
import { useInvite } from "../../api/people.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { Complaint } from "../../parts/complaint.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { useWords } from "../../words/use-words.tsx";
import { invitationOf, lackOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { rolesToGive } from "./roles.ts";
import { Row, Where } from "./where.tsx";

/** Who is new: their role, where it holds, and which staff member they are. */
export function InviteDialog(props: {
  readonly onClose: () => void;
  readonly onLink: (link: string) => void;
}) {
  const { words, language } = useWords();
  const { user } = useSession();
  const { current } = useFacilityList();
  const [draft, setDraft] = useState<Draft>({
    role: rolesToGive(user.role)[0] ?? "carer",
    login: "",
    name: "",
    facility: current ?? "",
    region: user.scope.kind === "region" ? user.scope.of : "",
    person: "",
    language,
  });
  const invite = useInvite();
  const { busy, wrong, complain, run } = useSubmit();
  const send = async (): Promise<void> => {
    const lack = lackOf(draft, words);
    if (lack !== null) return complain(lack);
    await run(async () => props.onLink((await invite.mutateAsync(invitationOf(draft))).link));
  };
  return (
    <Modal
      open
      title={words.users.inviteTitle}
      onCancel={props.onClose}
      width={460}
      footer={
        <Button type="primary" size="large" block loading={busy} onClick={() => void send()}>
          {words.users.invite}
        </Button>
      }
    >
      <div className="invite">
        <Fields draft={draft} change={(next) => setDraft((before) => ({ ...before, ...next }))} />
        <Complaint text={wrong} />
      </div>
    </Modal>
  );
}

interface Changed {
  readonly draft: Draft;
  readonly change: (next: Partial<Draft>) => void;
}

function Fields({ draft, change }: Changed) {
  const { words } = useWords();
  const { user } = useSession();
  return (
    <>
      <Row label={words.users.role}>
        {(id) => (
          <Select
            id={id}
            value={draft.role}
            onChange={(role) => change({ role })}
            options={rolesToGive(user.role).map((one) => ({
              value: one,
              label: words.userRole[one],
            }))}
          />
        )}
      </Row>
      <Where
        draft={draft}
        change={change}
        onNamed={(name) => change(draft.name === "" ? { name } : {})}
      />
      <Row label={words.users.name}>
        {(id) => (
          <Input
            id={id}
            maxLength={64}
            value={draft.name}
            onChange={({ target }) => change({ name: target.value })}
          />
        )}
      </Row>
      <Row label={words.users.login} hint={words.join.loginHint}>
        {(id) => (
          <Input
            id={id}
            maxLength={64}
            autoCapitalize="none"
            autoComplete="off"
            value={draft.login}
            onChange={({ target }) => change({ login: target.value })}
          />
        )}
      </Row>
      <Row label={words.users.language}>
        {() => (
          <Segmented
            aria-label={words.users.language}
            value={draft.language}
            onChange={(language) => change({ language })}
            options={[
              { value: "zh" as const, label: words.language.zh },
              { value: "en" as const, label: words.language.en },
            ]}
          />
        )}
      </Row>
    </>
  );
}

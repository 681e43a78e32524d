import { useId, useState } from "react";
import type { ReactNode } from "react";
import { Button, Input, Modal, Segmented, Select } from "antd";
import { useInvite, usePeople } from "../../api/people.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { Complaint } from "../../parts/complaint.tsx";
import { DigitsInput } from "../../parts/digits.tsx";
import { roleWord, numberOf } from "../../parts/names.ts";
import { useSubmit } from "../../parts/use-submit.ts";
import { useWords } from "../../words/use-words.tsx";
import { invitationOf, lackOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { rolesToGive, scopeKindOf } from "./roles.ts";

/** GB/T 2260 with the three digits of a town (GB/T 10114). */
const REGION_DIGITS = 9;

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
      <Where draft={draft} change={change} />
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

/** Where the role holds: nothing to say of who sees to everything. */
function Where({ draft, change }: Changed) {
  const { words, say } = useWords();
  const { all } = useFacilityList();
  const kind = scopeKindOf(draft.role);
  if (kind === "all") return null;
  if (kind === "region") {
    return (
      <Row label={words.users.region} hint={words.users.regionHint}>
        {(id) => (
          <DigitsInput
            id={id}
            most={REGION_DIGITS}
            value={draft.region}
            onChange={(region) => change({ region })}
          />
        )}
      </Row>
    );
  }
  return (
    <>
      <Row label={words.users.facility}>
        {(id) => (
          <Select
            id={id}
            value={draft.facility}
            onChange={(facility) => change({ facility, person: "" })}
            options={all.map((one) => ({ value: one.id, label: say(one.name) }))}
          />
        )}
      </Row>
      <StaffMember draft={draft} change={change} />
    </>
  );
}

/** Who of the staff it is: whoever has no account yet. */
function StaffMember({ draft, change }: Changed) {
  const { words } = useWords();
  const { data: people = [] } = usePeople(draft.facility, true);
  const choose = (person: string): void => {
    const known = people.find(({ id }) => id === person)?.name ?? "";
    change({ person, ...(draft.name === "" ? { name: known } : {}) });
  };
  return (
    <Row label={words.users.person} hint={words.users.personHint}>
      {(id) => (
        <Select
          id={id}
          value={draft.person}
          onChange={choose}
          options={[
            { value: "", label: words.users.personNone },
            ...people
              .filter((one) => !one.has_account)
              .map((one) => ({
                value: one.id,
                label: `${one.name ?? ""} ${roleWord(words, one.role)} ${numberOf(one.id)}`.trim(),
              })),
          ]}
        />
      )}
    </Row>
  );
}

function Row(props: {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="invite-row">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.hint === undefined ? null : <span className="field-hint">{props.hint}</span>}
    </div>
  );
}

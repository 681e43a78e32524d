import { useId, useState } from "react";
import type { ReactNode } from "react";
import { Button, Input, Modal, Segmented, Select } from "antd";
import type { Role, Scope } from "@anhu/response/api";
import { useInvite, usePeople } from "../../api/people.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { Complaint } from "../../parts/complaint.tsx";
import { DigitsInput } from "../../parts/digits.tsx";
import { roleWord, numberOf } from "../../parts/names.ts";
import { useSubmit } from "../../parts/use-submit.ts";
import { useWords } from "../../words/use-words.tsx";
import { rolesToGive, scopeKindOf } from "./roles.ts";

/** GB/T 2260 with the three digits of a town (GB/T 10114). */
const REGION_DIGITS = 9;

/** Who is new: their role, where it holds, and which staff member they are. */
export function InviteDialog(props: {
  readonly onClose: () => void;
  readonly onLink: (link: string) => void;
}) {
  const { words, say, language } = useWords();
  const { user } = useSession();
  const { all, current } = useFacilityList();
  const roles = rolesToGive(user.role);
  const [role, setRole] = useState<Role>(roles[0] ?? "carer");
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [facility, setFacility] = useState(current ?? "");
  const [region, setRegion] = useState(user.scope.kind === "region" ? user.scope.of : "");
  const [person, setPerson] = useState("");
  const [speaks, setSpeaks] = useState(language);
  const invite = useInvite();
  const { busy, wrong, complain, run } = useSubmit();
  const kind = scopeKindOf(role);
  const { data: people = [] } = usePeople(facility, kind === "facility");
  const free = people.filter((one) => !one.has_account);

  const send = async (): Promise<void> => {
    if (login.trim() === "") return complain(words.users.loginNeeded);
    if (name.trim() === "") return complain(words.users.nameNeeded);
    if (kind === "region" && region === "") return complain(words.users.regionNeeded);
    const scope: Scope = { kind, of: kind === "all" ? "" : kind === "region" ? region : facility };
    await run(async () => {
      const made = await invite.mutateAsync({
        login: login.trim(),
        name: name.trim(),
        role,
        scope,
        person: kind === "facility" && person !== "" ? person : null,
        language: speaks,
      });
      props.onLink(made.link);
    });
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
        <Row label={words.users.role}>
          {(id) => (
            <Select
              id={id}
              value={role}
              onChange={setRole}
              options={roles.map((one) => ({ value: one, label: words.userRole[one] }))}
            />
          )}
        </Row>
        {kind === "facility" ? (
          <Row label={words.users.facility}>
            {(id) => (
              <Select
                id={id}
                value={facility}
                onChange={(next) => {
                  setFacility(next);
                  setPerson("");
                }}
                options={all.map((one) => ({ value: one.id, label: say(one.name) }))}
              />
            )}
          </Row>
        ) : null}
        {kind === "region" ? (
          <Row label={words.users.region} hint={words.users.regionHint}>
            {(id) => (
              <DigitsInput id={id} most={REGION_DIGITS} value={region} onChange={setRegion} />
            )}
          </Row>
        ) : null}
        {kind === "facility" ? (
          <Row label={words.users.person} hint={words.users.personHint}>
            {(id) => (
              <Select
                id={id}
                value={person}
                onChange={(next) => {
                  setPerson(next);
                  const known = people.find((one) => one.id === next)?.name;
                  if (name === "" && known !== undefined && known !== null) setName(known);
                }}
                options={[
                  { value: "", label: words.users.personNone },
                  ...free.map((one) => ({
                    value: one.id,
                    label:
                      `${one.name ?? ""} ${roleWord(words, one.role)} ${numberOf(one.id)}`.trim(),
                  })),
                ]}
              />
            )}
          </Row>
        ) : null}
        <Row label={words.users.name}>
          {(id) => (
            <Input
              id={id}
              maxLength={64}
              value={name}
              onChange={({ target }) => setName(target.value)}
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
              value={login}
              onChange={({ target }) => setLogin(target.value)}
            />
          )}
        </Row>
        <Row label={words.users.language}>
          {() => (
            <Segmented
              value={speaks}
              onChange={setSpeaks}
              options={[
                { value: "zh" as const, label: words.language.zh },
                { value: "en" as const, label: words.language.en },
              ]}
            />
          )}
        </Row>
        <Complaint text={wrong} />
      </div>
    </Modal>
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

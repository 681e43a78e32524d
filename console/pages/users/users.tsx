/** Accounts that one is in charge of: invite, invite again, disable. */
import { useState } from "react";
import { UserAddOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import type { UserView } from "@anhu/response/api";
import { useChangeUser, useNewLink, useUsers } from "../../api/people.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { numberOf } from "../../parts/names.ts";
import { Nothing, Page } from "../../parts/page.tsx";
import { Pending } from "../../parts/pending.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { CorrectDialog } from "./correct.tsx";
import { InviteDialog } from "./invite.tsx";
import { LinkDialog } from "./link.tsx";
import "./users.css";

export default function UsersPage() {
  const { words } = useWords();
  const users = useUsers();
  const { data } = users;
  const [inviting, setInviting] = useState(false);
  const [correcting, setCorrecting] = useState<UserView | null>(null);
  const [link, setLink] = useState<string | null>(null);
  return (
    <Page
      title={words.users.title}
      more={
        <Button type="primary" icon={<UserAddOutlined />} onClick={() => setInviting(true)}>
          {words.users.invite}
        </Button>
      }
    >
      <Pending of={users} />
      {data !== undefined && data.length === 0 ? <Nothing title={words.users.none} /> : null}
      <ul className="users">
        {data?.map((user) => (
          <UserRow key={user.id} user={user} onLink={setLink} onCorrect={setCorrecting} />
        ))}
      </ul>
      {inviting ? (
        <InviteDialog
          onClose={() => setInviting(false)}
          onLink={(made) => {
            setInviting(false);
            setLink(made);
          }}
        />
      ) : null}
      {correcting === null ? null : (
        <CorrectDialog user={correcting} onClose={() => setCorrecting(null)} />
      )}
      {link === null ? null : <LinkDialog link={link} onClose={() => setLink(null)} />}
    </Page>
  );
}

function UserRow({
  user,
  onLink,
  onCorrect,
}: {
  readonly user: UserView;
  readonly onLink: (link: string) => void;
  readonly onCorrect: (user: UserView) => void;
}) {
  const { words, say } = useWords();
  const session = useSession();
  const { find } = useFacilityList();
  const change = useChangeUser();
  const again = useNewLink();
  const { wrong, busy, run } = useSubmit();
  const self = user.id === session.user.id;
  const facility = find(user.scope.of);
  const scope =
    user.scope.kind === "all"
      ? words.me.all
      : user.scope.kind === "region"
        ? fill(words.me.region, { code: user.scope.of })
        : facility === undefined
          ? user.scope.of
          : say(facility.name);
  const state = user.disabled ? "disabled" : user.joined ? "joined" : "invited";
  const tags = { disabled: "tag", joined: "tag tag-good", invited: "tag tag-medium" };
  return (
    <li className="user">
      <span className="user-who">
        <strong>{user.name}</strong>
        {user.login === user.name ? null : <span className="quiet">{user.login}</span>}
      </span>
      <span>
        {words.userRole[user.role]} <span className="quiet">{scope}</span>
        {user.person === null ? null : (
          <span className="quiet">
            {" · "}
            {words.me.person} {numberOf(user.person)}
          </span>
        )}
      </span>
      <span className="tags">
        <span className={tags[state]}>{words.users[state]}</span>
        {self ? <span className="tag tag-brand">{words.users.you}</span> : null}
      </span>
      <span className="user-acts">
        {self || user.disabled || user.scope.kind === "all" ? null : (
          <Button onClick={() => onCorrect(user)}>{words.users.correct}</Button>
        )}
        {self || user.disabled ? null : (
          <Popconfirm
            title={words.users.newLink}
            description={words.users.relinkSure}
            onConfirm={() => void run(async () => onLink((await again.mutateAsync(user.id)).link))}
          >
            <Button disabled={busy}>{words.users.newLink}</Button>
          </Popconfirm>
        )}
        {self ? null : user.disabled ? (
          <Button
            disabled={busy}
            onClick={() =>
              void run(() => change.mutateAsync({ user: user.id, change: { disabled: false } }))
            }
          >
            {words.users.enable}
          </Button>
        ) : (
          <Popconfirm
            title={words.users.disable}
            description={words.users.disableSure}
            onConfirm={() =>
              void run(() => change.mutateAsync({ user: user.id, change: { disabled: true } }))
            }
          >
            <Button danger disabled={busy}>
              {words.users.disable}
            </Button>
          </Popconfirm>
        )}
      </span>
      {wrong === null ? null : (
        <span className="field-wrong" role="alert">
          {wrong}
        </span>
      )}
    </li>
  );
}

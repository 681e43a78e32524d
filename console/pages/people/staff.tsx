import { useState } from "react";
import { PhoneOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import type { DeliveryView, StaffView } from "@anhu/response/api";
import { useOutcome, usePeople, useTestCall } from "../../api/people.ts";
import { manages } from "../../app/nav.ts";
import { useSession } from "../../app/session.tsx";
import { DeliveryTag } from "../../parts/delivery-tag.tsx";
import { channelWord, numberOf, roleWord } from "../../parts/names.ts";
import { ago } from "../../parts/times.ts";
import { Trouble } from "../../parts/trouble.tsx";
import { useSubmit } from "../../parts/use-submit.ts";
import { usePlaceText } from "../../parts/who.tsx";
import type { Words } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

/** More than this are not found by looking. */
const FEW = 10;

/** Everybody who can be called, with a test call for each. */
export function Staff({ facility, now }: { readonly facility: string; readonly now: number }) {
  const { words } = useWords();
  const { user } = useSession();
  const { data, error, refetch } = usePeople(facility, true);
  const [search, setSearch] = useState("");
  const found = data?.filter((one) => textOf(words, one).includes(search.trim().toLowerCase()));
  return (
    <section className="card people-staff">
      <h2>{words.people.staff}</h2>
      {error !== null && data === undefined ? <Trouble thrown={error} retry={refetch} /> : null}
      {(data?.length ?? 0) > FEW ? (
        <Input.Search
          className="staff-search"
          allowClear
          aria-label={words.people.search}
          placeholder={words.people.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      ) : null}
      {found?.length === 0 ? <p className="quiet">{words.people.noneFound}</p> : null}
      <ul className="staff">
        {found?.toSorted(onDutyFirst).map((one) => (
          <Member
            key={one.id}
            member={one}
            facility={facility}
            now={now}
            mayTest={manages(user.role)}
          />
        ))}
      </ul>
    </section>
  );
}

/** What is looked through: name, role and number. */
function textOf(words: Words, { name, role, id }: StaffView): string {
  return `${name ?? ""} ${roleWord(words, role)} ${numberOf(id)} ${id}`.toLowerCase();
}

function onDutyFirst(a: StaffView, b: StaffView): number {
  const rank = ({ on_duty, in_duty_room }: StaffView): number => (on_duty || in_duty_room ? 0 : 1);
  return rank(a) - rank(b) || a.id.localeCompare(b.id);
}

function Member(props: {
  readonly member: StaffView;
  readonly facility: string;
  readonly now: number;
  readonly mayTest: boolean;
}) {
  const { words } = useWords();
  const { member, facility, now, mayTest } = props;
  const place = usePlaceText(facility);
  const role = roleWord(words, member.role);
  return (
    <li className="member">
      <span className="member-who">
        <strong>{member.name ?? `${role} ${numberOf(member.id)}`}</strong>
        <span className="quiet">
          {role} {numberOf(member.id)}
          {member.floor === null ? null : ` · ${place(member.floor)}`}
        </span>
      </span>
      <span className="tags">
        {member.on_duty ? <span className="tag tag-good">{words.people.onDuty}</span> : null}
        {member.in_duty_room ? <span className="tag tag-good">{words.people.dutyRoom}</span> : null}
        {member.channels.map((channel) => (
          <span key={channel} className="tag">
            {channelWord(words, channel)}
          </span>
        ))}
        {member.channels.length === 0 && !member.has_account ? (
          <span className="tag tag-critical">{words.people.noChannels}</span>
        ) : null}
        <span className={member.has_account ? "tag tag-brand" : "tag"}>
          {member.has_account ? words.people.hasAccount : words.people.noAccount}
        </span>
      </span>
      {mayTest ? <TestCall member={member} facility={facility} now={now} /> : null}
    </li>
  );
}

/** Calls the person on every channel, and shows live what becomes of it. */
function TestCall(props: {
  readonly member: StaffView;
  readonly facility: string;
  readonly now: number;
}) {
  const { words } = useWords();
  const { member, facility, now } = props;
  const call = useTestCall(facility);
  const { busy, wrong, run } = useSubmit();
  const [started, setStarted] = useState<readonly DeliveryView[]>([]);
  const outcome = useOutcome(facility, started);
  const last = member.last_test_call;
  return (
    <span className="member-test">
      <Button
        icon={<PhoneOutlined />}
        loading={busy}
        onClick={() => void run(async () => setStarted(await call.mutateAsync(member.id)))}
      >
        {words.people.testCall}
      </Button>
      {started.length > 0 ? (
        <span role="status" className="member-outcome">
          {outcome.data.map((one) => (
            <span key={one.id}>
              {channelWord(words, one.channel)}{" "}
              <DeliveryTag state={one.state} reason={one.reason} />
            </span>
          ))}
        </span>
      ) : last === null ? (
        <span className="quiet">{words.people.neverTested}</span>
      ) : (
        <span className="member-outcome">
          <span className="quiet">
            {words.people.lastTest} {ago(last.created_at, now, { words })}
          </span>
          <DeliveryTag state={last.state} reason={last.reason} />
        </span>
      )}
      <span className="field-wrong" role="alert">
        {wrong}
      </span>
    </span>
  );
}

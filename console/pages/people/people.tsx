/** Who is on duty, who can be called, and whether the duty room answers. */
import { useParams } from "react-router";
import type { RotaView } from "@anhu/response/api";
import { useRota } from "../../api/people.ts";
import { Page } from "../../parts/page.tsx";
import { dayTime, duration } from "../../parts/times.ts";
import { Pending } from "../../parts/pending.tsx";
import { useNow, useTimes } from "../../parts/when.tsx";
import { usePersonText } from "../../parts/who.tsx";
import { fill, word } from "../../words/index.ts";
import type { Words } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { Staff } from "./staff.tsx";
import "./people.css";

export default function PeoplePage() {
  const { facility = "" } = useParams();
  const { words } = useWords();
  const rota = useRota(facility);
  const { data } = rota;
  const now = useNow(15_000);
  return (
    <Page title={words.people.title}>
      <Pending of={rota} />
      {data === undefined ? null : (
        <>
          <div className="columns">
            <Now rota={data} facility={facility} now={now} />
            <DutyChecks rota={data} facility={facility} now={now} />
          </div>
          <Rota rota={data} facility={facility} />
        </>
      )}
      <Staff facility={facility} now={now} />
    </Page>
  );
}

interface Shown {
  readonly rota: RotaView;
  readonly facility: string;
  readonly now: number;
}

function Now({ rota, facility, now }: Shown) {
  const { words } = useWords();
  const times = useTimes(facility);
  const shift = (name: string): string => shiftWord(words, name);
  return (
    <section className="card">
      <h2>
        {words.people.now}
        {rota.now === null ? null : (
          <span className="tag tag-good">
            {shift(rota.now.shift)}{" "}
            {fill(words.people.until, { time: dayTime(rota.now.ends_at, now, times) })}
          </span>
        )}
      </h2>
      {rota.now === null ? (
        <p className="field-wrong">{words.people.noShift}</p>
      ) : (
        <>
          <Names people={rota.now.people} facility={facility} />
          <h3>{words.people.dutyRoom}</h3>
          <Names people={rota.now.duty_room} facility={facility} />
        </>
      )}
      {rota.next === null ? null : (
        <p className="quiet people-next">
          {fill(words.people.nextAt, {
            shift: shift(rota.next.shift),
            time: dayTime(rota.next.begins_at, now, times),
          })}
        </p>
      )}
    </section>
  );
}

function Names({
  people,
  facility,
}: {
  readonly people: readonly string[];
  readonly facility: string;
}) {
  const { words } = useWords();
  const name = usePersonText(facility);
  if (people.length === 0) return <p className="quiet">{words.nothing}</p>;
  return (
    <ul className="people-names">
      {people.map((one) => (
        <li key={one}>{name(one)}</li>
      ))}
    </ul>
  );
}

const CHECK_TAGS = { asked: "tag tag-medium", answered: "tag tag-good", missed: "tag tag-loud" };

function DutyChecks({ rota, facility, now }: Shown) {
  const { words } = useWords();
  const times = useTimes(facility);
  const name = usePersonText(facility);
  return (
    <section className="card">
      <h2>{words.people.dutyChecks}</h2>
      {rota.duty_checks.length === 0 ? <p className="quiet">{words.people.noDutyChecks}</p> : null}
      <ul className="checks">
        {rota.duty_checks.map((check) => (
          <li key={check.asked_at}>
            <span>{dayTime(check.asked_at, now, times)}</span>
            <span className={CHECK_TAGS[check.state]}>{words.people.dutyState[check.state]}</span>
            {check.answered_at === null ? null : (
              <span className="quiet">
                {fill(words.people.answeredBy, {
                  person: check.person === null ? words.timeline.aPerson : name(check.person),
                  time: duration(check.answered_at - check.asked_at, { words }),
                })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rota({ rota, facility }: { readonly rota: RotaView; readonly facility: string }) {
  const { words } = useWords();
  const name = usePersonText(facility);
  const list = (people: readonly string[]): string =>
    people.map((one) => name(one)).join(words.listSign) || words.nothing;
  return (
    <section className="card people-rota">
      <h2>{words.people.rota}</h2>
      <ul>
        {rota.shifts.map(({ shift, from, to, people, duty_room }) => (
          <li key={shift} className="rota-row">
            <strong>{shiftWord(words, shift)}</strong>
            <span className="rota-time">
              {from}–{to}
            </span>
            <span>{list(people)}</span>
            <span>
              <span className="quiet">{words.people.dutyRoom}</span> {list(duty_room ?? [])}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A facility calls its shifts as it likes: a name that is no word here is shown as it is. */
function shiftWord(words: Words, shift: string): string {
  return Object.hasOwn(words.shift, shift) ? word(words.shift, shift) : shift;
}

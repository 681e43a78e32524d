import {
  CheckCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  PhoneOutlined,
  RightCircleFilled,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { PersonCalled } from "@anhu/response/api";
import type { SeenDetail } from "../../api/incidents.ts";
import { byPart } from "../../live/order.ts";
import { capital, roleWord } from "../../parts/names.ts";
import { clockTime } from "../../parts/times.ts";
import type { TimeOptions } from "../../parts/times.ts";
import { useTimes } from "../../parts/when.tsx";
import { usePersonText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import type { Words } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { partOf } from "./part.ts";
import type { Part } from "./part.ts";

/** Who was called, who comes, who is there. */
export function Helpers({ incident }: { readonly incident: SeenDetail; readonly now: number }) {
  const { words } = useWords();
  const name = usePersonText(incident.facility);
  const times = useTimes(incident.facility);
  const people = byPart(incident.people);
  return (
    <section className="card">
      <h2>{words.incident.people}</h2>
      {people.length === 0 ? <p className="quiet">{words.incident.nobodyCalled}</p> : null}
      <ul className="helpers">
        {people.map((one) => {
          const part = partOf(one, incident.state);
          return (
            <li key={`${one.person}/${one.purpose}`} className={`helper helper-${part}`}>
              <span className="helper-mark" aria-hidden>
                {MARKS[part]}
              </span>
              <Who name={capital(name(one.person, one.role))} role={roleWord(words, one.role)} />
              <strong className="helper-what">{words.part[part]}</strong>
              <span className="helper-times">{timesOf(words, one, times)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The role below the name, where the name is none. */
function Who({ name, role }: { readonly name: string; readonly role: string }) {
  return (
    <span className="helper-who">
      <strong>{name}</strong>
      {name.startsWith(role) ? null : <span className="quiet">{role}</span>}
    </span>
  );
}

const MARKS: Readonly<Record<Part, ReactNode>> = {
  arrived: <CheckCircleFilled />,
  coming: <RightCircleFilled />,
  here: <CheckCircleFilled />,
  late: <ExclamationCircleFilled />,
  missed: <ExclamationCircleFilled />,
  released: <RightCircleFilled />,
  cannot: <CloseCircleFilled />,
  waiting: <PhoneOutlined />,
  spare: <PhoneOutlined />,
  never: <PhoneOutlined />,
};

/** The last thing that is known of the call, with its time. */
function timesOf(words: Words, one: PersonCalled, times: TimeOptions): string {
  const at = (ms: number): string => clockTime(ms, times);
  if (one.arrived_at !== null) return fill(words.incident.arrivedAt, { time: at(one.arrived_at) });
  const answeredAt = one.answered_at ?? (one.missed ? one.promised_at : null);
  if (answeredAt !== null) return fill(words.incident.comingAt, { time: at(answeredAt) });
  const told =
    one.delivered_at === null
      ? one.sent_at === null
        ? ""
        : ` · ${words.incident.sentAt}`
      : ` · ${words.incident.delivered}`;
  const round = one.round > 1 ? ` · ${fill(words.incident.round, { n: one.round })}` : "";
  return fill(words.incident.calledAt, { time: at(one.called_at) }) + told + round;
}

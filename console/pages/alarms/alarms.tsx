/** What is in alarm now, worst first; behind it what is over and waits for its cause. */
import { CheckCircleOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import { useLiveIncidents, useWaitingIncidents } from "../../api/incidents.ts";
import { LIVE_LIMIT } from "../../api/live-list.ts";
import { useAlarmSound } from "../../live/alarm-sound.tsx";
import { useLive } from "../../live/live.tsx";
import { Boundary } from "../../parts/boundary.tsx";
import { Nothing, Page } from "../../parts/page.tsx";
import { IncidentTitle, SeverityMark } from "../../parts/marks.tsx";
import { Pending } from "../../parts/pending.tsx";
import { useNow, When } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import { count, fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import type { IncidentView } from "@anhu/response/api";
import { AlarmCard } from "./alarm-card.tsx";
import "./alarms.css";

export function AlarmsPage() {
  const { words } = useWords();
  const { brokenSince } = useLive();
  const live = useLiveIncidents(brokenSince !== null);
  const { data } = live;
  const { on, audio } = useAlarmSound();
  const now = useNow();
  return (
    <Page title={words.nav.alarms}>
      <Pending of={live} />
      {data === undefined ? null : (
        <>
          <p className="hidden-text" role="status" aria-live="assertive">
            {said(words, data.items)}
          </p>
          {data.items.length === 0 ? (
            <Nothing
              mark={<CheckCircleOutlined />}
              title={words.alarms.none}
              hint={on && audio === "ready" ? words.alarms.noneHint : words.alarms.noneSilent}
            />
          ) : (
            <ul className="alarms">
              {data.items.map((incident) => (
                <Boundary key={incident.id} of={`${incident.id} ${incident.changed_at}`} vital>
                  <AlarmCard incident={incident} now={now} />
                </Boundary>
              ))}
            </ul>
          )}
          {data.more ? <p className="quiet">{fill(words.alarms.more, { n: LIVE_LIMIT })}</p> : null}
        </>
      )}
      <Waiting now={now} />
    </Page>
  );
}

/** What a screen reader is told when it changes. */
function said(words: ReturnType<typeof useWords>["words"], items: readonly IncidentView[]): string {
  const [worst] = items;
  if (worst === undefined) return words.alarms.none;
  const severity = words.severity[worst.severity];
  return `${count(words.alarms.count, items.length)} ${fill(words.alarms.worst, { severity })}`;
}

function Waiting({ now }: { readonly now: number }) {
  const { words } = useWords();
  const { data } = useWaitingIncidents();
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className="waiting">
      <h2>{words.alarms.settled}</h2>
      <ul>
        {data.items.map((incident) => (
          <WaitingRow key={incident.id} incident={incident} now={now} />
        ))}
      </ul>
    </section>
  );
}

function WaitingRow({ incident, now }: { readonly incident: IncidentView; readonly now: number }) {
  const place = usePlaceText(incident.facility);
  return (
    <li>
      <Link className="waiting-row" to={`/incidents/${encodeURIComponent(incident.id)}`}>
        <SeverityMark severity={incident.severity} />
        <span className="waiting-what">
          <IncidentTitle incident={incident} />
          <span className="quiet"> {place(incident.room)}</span>
        </span>
        <When at={incident.opened_at} now={now} facility={incident.facility} />
      </Link>
    </li>
  );
}

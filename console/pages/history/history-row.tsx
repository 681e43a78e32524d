import { Link } from "react-router";
import type { IncidentView } from "@anhu/response/api";
import { useFacilityList } from "../../app/facility.tsx";
import { IncidentTitle, SeverityMark, StateTag } from "../../parts/marks.tsx";
import { duration } from "../../parts/times.ts";
import { When } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import type { Words } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { responseOf } from "./response-times.ts";

export function HistoryRow({
  incident,
  now,
}: {
  readonly incident: IncidentView;
  readonly now: number;
}) {
  const { words, say } = useWords();
  const { all, find } = useFacilityList();
  const place = usePlaceText(incident.facility);
  const facility = all.length > 1 ? find(incident.facility) : undefined;
  const causes: Readonly<Record<string, string>> = words.cause;
  const { answerMs, arriveMs } = responseOf(incident);
  return (
    <li>
      <Link className="incident-row" to={`/incidents/${encodeURIComponent(incident.id)}`}>
        <SeverityMark severity={incident.severity} />
        <span className="incident-row-what">
          <strong>
            <IncidentTitle incident={incident} />
          </strong>
          <span className="quiet">
            {facility === undefined ? "" : `${say(facility.name)} · `}
            {place(incident.room)}
          </span>
        </span>
        <When at={incident.opened_at} now={now} facility={incident.facility} />
        <span className="incident-row-times">
          <Took name={words.history.tookAnswer} ms={answerMs} words={words} />
          <Took name={words.history.tookArrive} ms={arriveMs} words={words} />
        </span>
        <span className="incident-row-state">
          <StateTag state={incident.state} />
          {incident.cause === null ? null : (
            <span className="quiet">{causes[incident.cause] ?? words.cause.other}</span>
          )}
        </span>
      </Link>
    </li>
  );
}

function Took(props: { readonly name: string; readonly ms: number | null; readonly words: Words }) {
  const { name, ms, words } = props;
  return (
    <span>
      <span className="quiet">{name}</span> {ms === null ? words.dash : duration(ms, { words })}
    </span>
  );
}

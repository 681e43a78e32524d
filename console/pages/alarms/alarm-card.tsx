import { AudioMutedOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import type { SeenIncident } from "../../api/incidents.ts";
import { useEnvironment } from "../../app/environment.tsx";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { byPart } from "../../live/order.ts";
import { wantsPeople } from "../../live/sound.ts";
import { IncidentTitle, SeverityShape } from "../../parts/marks.tsx";
import { duration, relative } from "../../parts/times.ts";
import { useTimes } from "../../parts/when.tsx";
import { usePersonText, usePlaceText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

/** One alarm, to be read while walking: how grave, how far, what, where, who is on it. */
export function AlarmCard(props: { readonly incident: SeenIncident; readonly now: number }) {
  const { incident, now } = props;
  const { words, say } = useWords();
  const { user } = useSession();
  const { all, find } = useFacilityList();
  const place = usePlaceText(incident.facility);
  const times = useTimes(incident.facility);
  const own = incident.people.find(({ person }) => person === user.person);
  const facility = all.length > 1 ? find(incident.facility) : undefined;
  const calm = incident.state === "acknowledged" || incident.state === "arrived";
  return (
    <li>
      <Link
        to={`/incidents/${encodeURIComponent(incident.id)}`}
        className={`alarm alarm-${incident.severity} ${calm ? "alarm-calm" : ""} alarm-${incident.state}`}
      >
        <span className="alarm-band">
          <SeverityShape severity={incident.severity} size={22} />
          <strong>{words.severity[incident.severity]}</strong>
          <span className="alarm-state">{words.state[incident.state]}</span>
          <span className="alarm-since">{relative(incident.opened_at, now, times)}</span>
        </span>
        <span className="alarm-body">
          <span className="alarm-title">
            <IncidentTitle incident={incident} />
          </span>
          <span className="alarm-place">{place(incident.room)}</span>
          {facility === undefined ? null : <span className="quiet">{say(facility.name)}</span>}
          <Helpers incident={incident} />
          {own !== undefined && own.answer === null && own.arrived_at === null ? (
            <span className="alarm-mine">{words.alarms.mine}</span>
          ) : null}
          <Silenced incident={incident} />
        </span>
      </Link>
    </li>
  );
}

function Helpers({ incident }: { readonly incident: SeenIncident }) {
  const { words } = useWords();
  const name = usePersonText(incident.facility);
  const people = byPart(incident.people);
  const names = (some: typeof people): string =>
    some.map(({ person, role }) => name(person, role)).join(words.listSign);
  const arrived = people.filter(({ arrived_at }) => arrived_at !== null);
  const coming = people.filter(
    ({ answer, arrived_at }) => answer === "coming" && arrived_at === null,
  );
  if (arrived.length === 0 && coming.length > 0 && wantsPeople(incident.state)) {
    return (
      <span className="alarm-nobody">{fill(words.alarms.late, { names: names(coming) })}</span>
    );
  }
  if (arrived.length + coming.length === 0) {
    return <span className="alarm-nobody">{words.alarms.nobody}</span>;
  }
  return (
    <>
      {arrived.length === 0 ? null : (
        <span className="alarm-helper">
          {fill(words.alarms.arrivedBy, { names: names(arrived) })}
        </span>
      )}
      {coming.length === 0 ? null : (
        <span className="alarm-helper">{fill(words.alarms.coming, { names: names(coming) })}</span>
      )}
    </>
  );
}

function Silenced({ incident }: { readonly incident: SeenIncident }) {
  const { words } = useWords();
  const { clock } = useEnvironment();
  const leftMs = (incident.silencedUntil ?? 0) - clock.monotonic();
  if (incident.silencedUntil === null || leftMs <= 0) return null;
  return (
    <span className="quiet">
      <AudioMutedOutlined /> {fill(words.alarms.silenced, { time: duration(leftMs, { words }) })}
    </span>
  );
}

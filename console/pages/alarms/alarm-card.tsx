import { AudioMutedOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import type { SeenIncident } from "../../api/live-list.ts";
import { useEnvironment } from "../../app/environment.tsx";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { isCalled } from "../../live/order.ts";
import { IncidentTitle, SeverityShape } from "../../parts/marks.tsx";
import { OnIt } from "../../parts/on-it.tsx";
import { duration, ago } from "../../parts/times.ts";
import { useTimes } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
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
  const called = isCalled(incident, user.person);
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
          <span className="alarm-since">{ago(incident.opened_at, now, times)}</span>
        </span>
        <span className="alarm-body">
          <span className="alarm-title">
            <IncidentTitle incident={incident} />
          </span>
          <span className="alarm-place">{place(incident.room)}</span>
          {facility === undefined ? null : <span className="quiet">{say(facility.name)}</span>}
          <OnIt incident={incident} />
          {called ? <span className="alarm-mine">{words.alarms.mine}</span> : null}
          <Silenced incident={incident} />
        </span>
      </Link>
    </li>
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

/** One incident: what, where, who lives there, who is on it, what one can do, what has happened. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useNavigate, useParams } from "react-router";
import { ApiProblem } from "../../api/client.ts";
import { useIncident, useLiveIncidents } from "../../api/incidents.ts";
import type { SeenDetail } from "../../api/incidents.ts";
import type { SeenIncident } from "../../api/live-list.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { useIsPhone } from "../../app/viewport.ts";
import { isLive } from "../../live/order.ts";
import { useLive } from "../../live/live.tsx";
import { IncidentTitle, SeverityShape } from "../../parts/marks.tsx";
import { OnIt } from "../../parts/on-it.tsx";
import { Facts, Nothing, Page } from "../../parts/page.tsx";
import { Pending } from "../../parts/pending.tsx";
import { dayTime } from "../../parts/times.ts";
import { useNow, useTimes, When } from "../../parts/when.tsx";
import { usePersonText, usePlaceText } from "../../parts/who.tsx";
import { useWords } from "../../words/use-words.tsx";
import { accountsOf, actorText } from "./actors.ts";
import { Actions } from "./actions.tsx";
import { Alerts } from "./alerts.tsx";
import { Helpers } from "./helpers.tsx";
import { Notifications } from "./notifications.tsx";
import { Residents } from "./residents.tsx";
import { Timeline } from "./timeline.tsx";
import "./incident.css";

export default function IncidentPage() {
  const { id = "" } = useParams();
  const { words, say } = useWords();
  const { brokenSince } = useLive();
  const detail = useIncident(id, brokenSince !== null);
  const live = useLiveIncidents(brokenSince !== null).data?.items.find((one) => one.id === id);
  const { data, error } = detail;
  if (data !== undefined) return <Known incident={data} />;
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <Page title={words.nav.alarms}>
        <Nothing title={words.incident.missing} />
      </Page>
    );
  }
  return (
    <Page title={live === undefined ? words.nav.alarms : say(live.title)} bare>
      {live === undefined ? null : <InShort incident={live} />}
      <Pending of={detail} />
    </Page>
  );
}

/** What the list of live alarms knows, until all of it is read. */
function InShort({ incident }: { readonly incident: SeenIncident }) {
  const now = useNow();
  return (
    <>
      <Head incident={incident} now={now} />
      <p className="own">
        <OnIt incident={incident} />
      </p>
    </>
  );
}

function Known({ incident }: { readonly incident: SeenDetail }) {
  const { words, say } = useWords();
  const { user } = useSession();
  const now = useNow();
  const names = user.role !== "inspector" && user.role !== "rescue-centre";
  return (
    <Page title={say(incident.title)} bare>
      <Head incident={incident} now={now} />
      <Own incident={incident} />
      <Actions incident={incident} />
      <div className="columns">
        <div>
          <Helpers incident={incident} now={now} />
          {names ? <Residents incident={incident} /> : null}
          <Timeline incident={incident} now={now} />
        </div>
        <div>
          <About incident={incident} now={now} />
          <Alerts incident={incident} now={now} />
          <Notifications incident={incident} now={now} />
        </div>
      </div>
      {user.role === "inspector" ? <p className="quiet">{words.incident.inspectorNote}</p> : null}
    </Page>
  );
}

function Head({ incident, now }: { readonly incident: SeenIncident; readonly now: number }) {
  const { words } = useWords();
  const go = useNavigate();
  const phone = useIsPhone();
  const place = usePlaceText(incident.facility);
  const over = !isLive(incident);
  return (
    <header className={`what what-${incident.severity} ${over ? "what-over" : ""}`}>
      <div className="what-band">
        {phone ? null : (
          <Button
            type="text"
            className="what-back"
            icon={<ArrowLeftOutlined />}
            aria-label={words.act.back}
            onClick={() => void go(-1)}
          />
        )}
        <SeverityShape severity={incident.severity} size={24} />
        <strong>{words.severity[incident.severity]}</strong>
        <span className="what-state">{words.state[incident.state]}</span>
      </div>
      <h2>
        <IncidentTitle incident={incident} />
      </h2>
      <p className="what-place">{place(incident.room)}</p>
      <p>
        <When at={incident.opened_at} now={now} facility={incident.facility} />
      </p>
    </header>
  );
}

/** What this person has to do, or has said. */
function Own({ incident }: { readonly incident: SeenDetail }) {
  const { words } = useWords();
  const own = incident.own_call;
  if (incident.state === "resolved") {
    const said = incident.actions.includes("close")
      ? words.incident.resolved
      : words.incident.resolvedOnly;
    return <p className="own own-good">{said}</p>;
  }
  if (incident.state === "closed") return <p className="own">{words.incident.closed}</p>;
  if (own === null || !isLive(incident) || own.arrived_at !== null) return null;
  if (own.answer === "coming") return <p className="own own-good">{words.incident.youAreComing}</p>;
  if (own.answer === "cannot_come") return <p className="own">{words.incident.youCannot}</p>;
  return <p className="own own-calling">{words.incident.calling}</p>;
}

function About({ incident, now }: { readonly incident: SeenDetail; readonly now: number }) {
  const { words, say } = useWords();
  const { find } = useFacilityList();
  const times = useTimes(incident.facility);
  const actors = {
    words,
    person: usePersonText(incident.facility, incident.people),
    userId: useSession().user.id,
    accounts: accountsOf(incident),
  };
  const facility = find(incident.facility);
  const causes: Readonly<Record<string, string>> = words.cause;
  return (
    <section className="card">
      <h2>{words.incident.what}</h2>
      <Facts
        of={[
          ...(facility === undefined
            ? []
            : ([[words.history.facility, say(facility.name)]] as const)),
          [words.devices.kind, `${words.class[incident.class]} · ${kindOf(words, incident.kind)}`],
          [words.incident.opened, dayTime(incident.opened_at, now, times)],
          ...(incident.cause === null
            ? []
            : ([[words.incident.cause, causes[incident.cause] ?? words.cause.other]] as const)),
          ...(incident.closed_by === null
            ? []
            : ([[words.incident.closedBy, actorText(incident.closed_by, actors)]] as const)),
          ...(incident.events.some(({ joined }) => joined)
            ? ([[words.incident.events, words.incident.joined]] as const)
            : []),
        ]}
      />
    </section>
  );
}

function kindOf(words: ReturnType<typeof useWords>["words"], kind: string): string {
  const list: Readonly<Record<string, string>> = words.incidentKind;
  return list[kind] ?? words.incidentKind.other;
}

/** The facility at a glance: figures, who is on duty, rooms by floor. */
import { TeamOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";
import { useDevices, useRooms } from "../../api/facilities.ts";
import { useLiveCount } from "../../api/incidents.ts";
import { useRota } from "../../api/people.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { seesPeople } from "../../app/nav.ts";
import { useSession } from "../../app/session.tsx";
import { useLive } from "../../live/live.tsx";
import { Loading, Nothing, Page } from "../../parts/page.tsx";
import { usePersonText } from "../../parts/who.tsx";
import { fill, word } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import type { FacilityView, GatewayView } from "@anhu/response/api";
import { Floors } from "./floors.tsx";
import "./overview.css";

export default function OverviewPage() {
  const { facility: id = "" } = useParams();
  const { words, say } = useWords();
  const { find, loading } = useFacilityList();
  const { user } = useSession();
  const facility = find(id);
  if (facility === undefined) {
    return (
      <Page title={words.overview.title}>
        {loading ? <Loading /> : <Nothing title={words.overview.noFacility} />}
      </Page>
    );
  }
  const kind = word(words.facilityKind, facility.kind);
  return (
    <Page title={say(facility.name)} more={<span className="quiet">{kind}</span>}>
      <Figures facility={facility} />
      {seesPeople(user.role) ? <Duty facility={id} /> : null}
      <Floors facility={id} />
    </Page>
  );
}

function Figures({ facility }: { readonly facility: FacilityView }) {
  const { words } = useWords();
  const rooms = useRooms(facility.id).data ?? [];
  const devices = useDevices(facility.id).data;
  const residents = rooms.reduce((n, room) => n + room.residents.length, 0);
  const silent = devices?.filter((one) => one.silent).length;
  const { brokenSince } = useLive();
  const live = useLiveCount(brokenSince !== null)(facility);
  return (
    <ul className="figures">
      <Figure name={words.overview.live} value={live} bad={live > 0} to="/alarms" />
      <Figure
        name={words.overview.silent}
        value={silent ?? words.dash}
        bad={(silent ?? 0) > 0}
        to={`/f/${facility.id}/devices?trouble=1`}
      />
      <Figure name={words.overview.residents} value={residents} />
      <Figure name={words.overview.beds} value={facility.beds} />
      <Figure name={words.overview.nursingBeds} value={facility.nursing_beds} />
      {facility.gateways.map((gateway) => (
        <Gateway key={gateway.id} gateway={gateway} />
      ))}
    </ul>
  );
}

function Figure(props: {
  readonly name: string;
  readonly value: ReactNode;
  readonly bad?: boolean;
  readonly to?: string;
}) {
  const { name, value, bad = false, to } = props;
  const body = (
    <>
      <strong>{value}</strong>
      <span>{name}</span>
    </>
  );
  const kind = bad ? "figure figure-bad" : "figure";
  return (
    <li>
      {to === undefined ? (
        <div className={kind}>{body}</div>
      ) : (
        <Link className={kind} to={to}>
          {body}
        </Link>
      )}
    </li>
  );
}

function Gateway({ gateway }: { readonly gateway: GatewayView }) {
  const { words } = useWords();
  const { overview } = words;
  const backlog = backlogOf(gateway);
  const state =
    gateway.heard_at === null
      ? overview.gatewayNever
      : gateway.silent
        ? overview.gatewaySilent
        : overview.gatewayOk;
  const bad = gateway.silent || gateway.heard_at === null;
  return (
    <Figure
      name={fill(words.person.gateway, { number: gateway.id })}
      value={
        <span className="figure-word">
          {state}
          {backlog > 0 ? <small>{fill(overview.backlog, { n: backlog })}</small> : null}
        </span>
      }
      bad={bad || backlog > 0}
    />
  );
}

/** Alerts that wait at the gateway (CONTRACTS, status). */
function backlogOf({ status }: GatewayView): number {
  const backlog: unknown = status?.["backlog"];
  if (typeof backlog !== "object" || backlog === null || !("alerts" in backlog)) return 0;
  return typeof backlog.alerts === "number" ? backlog.alerts : 0;
}

function Duty({ facility }: { readonly facility: string }) {
  const { words } = useWords();
  const { data } = useRota(facility);
  const name = usePersonText(facility);
  if (data === undefined) return null;
  const list = (people: readonly string[]): string =>
    people.map((one) => name(one)).join(words.listSign) || words.nothing;
  return (
    <section className={data.now === null ? "card duty duty-none" : "card duty"}>
      <TeamOutlined />
      {data.now === null ? (
        <strong>{words.overview.nobodyOnDuty}</strong>
      ) : (
        <>
          <span>
            <strong>{words.overview.onDuty}</strong> {list(data.now.people)}
          </span>
          <span>
            <strong>{words.overview.dutyRoom}</strong> {list(data.now.duty_room)}
          </span>
        </>
      )}
      <Link to={`/f/${facility}/people`}>{words.act.open}</Link>
    </section>
  );
}

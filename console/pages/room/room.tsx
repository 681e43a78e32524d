/** One room: who lives there (by number), its devices, its recent incidents. */
import { Link, useParams } from "react-router";
import { useDevices, useRooms } from "../../api/facilities.ts";
import { useHistory } from "../../api/incidents.ts";
import { useEnvironment } from "../../app/environment.tsx";
import { DeviceStatus, seenText } from "../../parts/device-status.tsx";
import { IncidentTitle, SeverityMark, StateTag } from "../../parts/marks.tsx";
import { numberOf } from "../../parts/names.ts";
import { Loading, Nothing, Page } from "../../parts/page.tsx";
import { lastText } from "../../parts/reading.ts";
import { Trouble } from "../../parts/trouble.tsx";
import { useNow, When } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import { fill, word } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import type { RoomView } from "@anhu/response/api";
import { useState } from "react";
import "./room.css";

const DAYS_30_MS = 30 * 86_400_000;

export default function RoomPage() {
  const { facility = "", room: id = "" } = useParams();
  const { words } = useWords();
  const place = usePlaceText(facility);
  const { data, error, refetch } = useRooms(facility);
  const room = data?.find((one) => one.id === id);
  const now = useNow(15_000);
  if (error !== null) return <Trouble thrown={error} retry={refetch} />;
  if (data === undefined) return <Loading />;
  if (room === undefined) return <Nothing title={words.room.missing} />;
  return (
    <Page
      title={place(id)}
      more={<span className="quiet">{word(words.placeKind, room.kind)}</span>}
    >
      <div className="columns">
        <div>
          <DevicesHere facility={facility} room={id} now={now} />
          <IncidentsHere facility={facility} room={id} now={now} />
        </div>
        <div>
          <People room={room} />
          {room.code === undefined ? null : (
            <section className="card">
              <h2>{words.room.code}</h2>
              <p className="room-code">{room.code}</p>
            </section>
          )}
        </div>
      </div>
    </Page>
  );
}

function People({ room }: { readonly room: RoomView }) {
  const { words } = useWords();
  return (
    <section className="card">
      <h2>{words.room.residents}</h2>
      {room.residents.length === 0 ? <p className="quiet">{words.nothing}</p> : null}
      <ul className="room-people">
        {room.residents.map((id) => (
          <li key={id} className="tag">
            {fill(words.incident.unnamedResident, { number: numberOf(id) })}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Here {
  readonly facility: string;
  readonly room: string;
  readonly now: number;
}

function DevicesHere({ facility, room, now }: Here) {
  const { words } = useWords();
  const { data, error, refetch } = useDevices(facility);
  const own = data?.filter((one) => one.room === room) ?? [];
  return (
    <section className="card">
      <h2>{words.room.devices}</h2>
      {error === null ? null : <Trouble thrown={error} retry={refetch} />}
      {data !== undefined && own.length === 0 ? (
        <p className="quiet">{words.room.noDevices}</p>
      ) : null}
      <ul className="room-rows">
        {own.map((one) => (
          <li key={one.id}>
            <Link className="room-row" to={`/f/${facility}/devices/${one.id}`}>
              <span>
                <strong>{words.kind[one.kind]}</strong> <span className="quiet">{one.id}</span>
              </span>
              <span>{lastText(words, one) ?? words.devices.noReading}</span>
              <span className="quiet">{seenText(words, one, now)}</span>
              <DeviceStatus device={one} facility={facility} now={now} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function IncidentsHere({ facility, room, now }: Here) {
  const { words } = useWords();
  const { api } = useEnvironment();
  // Fixed for the page's life, or each look would be another question.
  const [from] = useState(() => Math.floor(api.now() - DAYS_30_MS));
  const { data } = useHistory({ facility, room, from });
  const own = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="card">
      <h2>{words.room.history}</h2>
      {data !== undefined && own.length === 0 ? (
        <p className="quiet">{words.room.noHistory}</p>
      ) : null}
      <ul className="room-rows">
        {own.map((one) => (
          <li key={one.id}>
            <Link className="room-row" to={`/incidents/${encodeURIComponent(one.id)}`}>
              <SeverityMark severity={one.severity} />
              <span>
                <IncidentTitle incident={one} />
              </span>
              <When at={one.opened_at} now={now} facility={facility} />
              <StateTag state={one.state} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

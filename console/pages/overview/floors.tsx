import { DisconnectOutlined, ExperimentOutlined, UserOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import { useDevices, useRooms } from "../../api/facilities.ts";
import { useLiveIncidents } from "../../api/incidents.ts";
import { useLive } from "../../live/live.tsx";
import { SeverityShape } from "../../parts/marks.tsx";
import { Loading } from "../../parts/page.tsx";
import { Trouble } from "../../parts/trouble.tsx";
import { useNow } from "../../parts/when.tsx";
import { count } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { floorsOf } from "./rooms.ts";
import type { FloorState, RoomState } from "./rooms.ts";

/** The rooms by floor: who is in alarm, and which rooms have somebody in them. */
export function Floors({ facility }: { readonly facility: string }) {
  const rooms = useRooms(facility);
  const devices = useDevices(facility);
  const { brokenSince } = useLive();
  const live = useLiveIncidents(brokenSince !== null);
  const now = useNow(15_000);
  if (rooms.error !== null) return <Trouble thrown={rooms.error} retry={rooms.refetch} />;
  if (rooms.data === undefined) return <Loading />;
  const floors = floorsOf({
    rooms: rooms.data,
    devices: devices.data ?? [],
    incidents: live.data?.items.filter((one) => one.facility === facility) ?? [],
    now,
  });
  return (
    <>
      {floors.map((floor) => (
        <Floor key={floor.id} floor={floor} facility={facility} />
      ))}
      <Legend />
    </>
  );
}

function Floor({ floor, facility }: { readonly floor: FloorState; readonly facility: string }) {
  const { words, say } = useWords();
  return (
    <section className="floor">
      <h2>{floor.floor === null ? words.overview.noFloor : say(floor.floor)}</h2>
      <ul className="rooms">
        {floor.rooms.map((room) => (
          <li key={room.id}>
            <Room room={room} facility={facility} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Room({ room, facility }: { readonly room: RoomState; readonly facility: string }) {
  const { words, say } = useWords();
  const { overview } = words;
  const presence = room.occupied === null ? "unknown" : room.occupied ? "occupied" : "empty";
  const kind = room.alarm === null ? `room-${presence}` : `room-alarm room-${room.alarm.severity}`;
  return (
    <Link className={`room ${kind}`} to={`/f/${facility}/rooms/${room.id}`}>
      <span className="room-name">
        {room.alarm === null ? null : <SeverityShape severity={room.alarm.severity} size={16} />}
        {say(room.name)}
      </span>
      <span className="room-state">
        {room.alarm === null ? (
          room.occupied === null ? null : (
            overview[presence]
          )
        ) : (
          <>
            {room.alarm.drill ? words.drill : null}
            {words.severity[room.alarm.severity]} · {words.state[room.alarm.state]}
          </>
        )}
      </span>
      <span className="room-foot">
        {room.residents === 0 ? null : (
          <span title={count(overview.people, room.residents)}>
            <UserOutlined /> {room.residents}
          </span>
        )}
        {room.silent === 0 ? null : (
          <span className="room-silent" title={count(overview.silentDevices, room.silent)}>
            <DisconnectOutlined /> {room.silent}
          </span>
        )}
        {room.testing ? (
          <span className="drill" title={overview.testing}>
            <ExperimentOutlined />
          </span>
        ) : null}
      </span>
    </Link>
  );
}

function Legend() {
  const { words } = useWords();
  const { overview } = words;
  return (
    <ul className="legend" aria-label={overview.legend}>
      <li>
        <span className="swatch room-critical room-alarm" />
        {overview.legendAlarm}
      </li>
      <li>
        <span className="swatch room-occupied" />
        {overview.occupied}
      </li>
      <li>
        <span className="swatch room-empty" />
        {overview.empty}
      </li>
      <li>
        <DisconnectOutlined className="room-silent" />
        {overview.legendSilent}
      </li>
      <li>
        <ExperimentOutlined className="drill" />
        {overview.testing}
      </li>
    </ul>
  );
}

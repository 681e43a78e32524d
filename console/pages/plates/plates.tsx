/** The codes of the rooms as plates to print: one is fixed to the wall of each room. */
import { PrinterOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useParams } from "react-router";
import { useRooms } from "../../api/facilities.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { Nothing, Page } from "../../parts/page.tsx";
import { Pending } from "../../parts/pending.tsx";
import { useWords } from "../../words/use-words.tsx";
import { platesByFloor } from "./order.ts";
import "./plates.css";

export default function PlatesPage() {
  const { facility = "" } = useParams();
  const { words, say, language } = useWords();
  const { find } = useFacilityList();
  const rooms = useRooms(facility);
  const { data } = rooms;
  const floors = platesByFloor(data ?? [], language);
  const home = find(facility);
  return (
    <Page
      title={words.plates.title}
      more={
        floors.length === 0 ? undefined : (
          <Button type="primary" icon={<PrinterOutlined />} onClick={() => window.print()}>
            {words.act.print}
          </Button>
        )
      }
    >
      <div className="no-print plates-hint">
        <p>{words.plates.hint}</p>
        <p className="quiet">{words.plates.secret}</p>
      </div>
      <Pending of={rooms} />
      {data !== undefined && floors.length === 0 ? <Nothing title={words.plates.none} /> : null}
      {floors.map((floor) => (
        <section key={floor.id} className="plates-floor">
          <h2>{floor.name === null ? words.overview.noFloor : say(floor.name)}</h2>
          <ul className="plates">
            {floor.rooms.map((room) => (
              <li key={room.id} className="plate">
                <span className="plate-home">{home === undefined ? "" : say(home.name)}</span>
                <strong className="plate-room">{say(room.name)}</strong>
                <span className="plate-floor">{floor.name === null ? "" : say(floor.name)}</span>
                <span className="plate-label">{words.plates.scan}</span>
                <strong className="plate-code">{room.code}</strong>
                <span className="plate-hint">{words.plates.plateHint}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}

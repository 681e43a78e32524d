/** Who lives where it is: names while it is live, afterwards only with a reason; each look is in the ledger. */
import { useState } from "react";
import { TeamOutlined } from "@ant-design/icons";
import { Button, Input, Modal } from "antd";
import { useResidents } from "../../api/incidents.ts";
import type { SeenDetail } from "../../api/incidents.ts";
import { isLive } from "../../live/order.ts";
import { numberOf } from "../../parts/names.ts";
import { Trouble } from "../../parts/trouble.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

export function Residents({ incident }: { readonly incident: SeenDetail }) {
  const { words } = useWords();
  const [reason, setReason] = useState<string | undefined>(undefined);
  const [asking, setAsking] = useState(false);
  const live = isLive(incident);
  const shown = live || reason !== undefined;
  return (
    <section className="card">
      <h2>
        <TeamOutlined /> {words.incident.who}
      </h2>
      {shown ? (
        <List incident={incident} reason={live ? null : reason} />
      ) : (
        <Button className="residents-ask" onClick={() => setAsking(true)}>
          {words.incident.showNames}
        </Button>
      )}
      <AskReason
        open={asking}
        onClose={() => setAsking(false)}
        onReason={(text) => {
          setAsking(false);
          setReason(text);
        }}
      />
    </section>
  );
}

function List(props: {
  readonly incident: SeenDetail;
  readonly reason: string | null | undefined;
}) {
  const { words } = useWords();
  const { incident, reason } = props;
  const { data, error, refetch } = useResidents(incident.id, reason);
  const place = usePlaceText(incident.facility);
  const moves: Readonly<Record<string, string>> = words.mobility;
  if (error !== null) return <Trouble thrown={error} retry={refetch} />;
  if (data === undefined) return <p className="quiet">{words.loading}</p>;
  if (data.items.length === 0) return <p className="quiet">{words.incident.nobodyLives}</p>;
  return (
    <>
      <ul className="residents">
        {data.items.map(({ id, name, room, mobility, two_people }) => (
          <li key={id} className="resident">
            <strong>
              {name ?? fill(words.incident.unnamedResident, { number: numberOf(id) })}
            </strong>
            {room === incident.room ? null : <span className="quiet">{place(room, "room")}</span>}
            {mobility === null ? null : (
              <span className="tag">{moves[mobility] ?? words.mobility.other}</span>
            )}
            {two_people ? <span className="tag tag-high">{words.twoPeople}</span> : null}
          </li>
        ))}
      </ul>
      {reason === null ? null : <p className="quiet">{words.incident.noteTaken}</p>}
    </>
  );
}

function AskReason(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onReason: (text: string) => void;
}) {
  const { words } = useWords();
  const [text, setText] = useState("");
  const { open, onClose, onReason } = props;
  return (
    <Modal
      open={open}
      title={words.incident.reasonTitle}
      okText={words.incident.showNames}
      okButtonProps={{ disabled: text.trim() === "" }}
      onOk={() => onReason(text.trim())}
      onCancel={onClose}
    >
      <p className="quiet">{words.incident.reasonHint}</p>
      <Input
        aria-label={words.incident.reason}
        placeholder={words.incident.reason}
        maxLength={200}
        value={text}
        onChange={({ target }) => setText(target.value)}
        style={{ marginTop: 12 }}
      />
    </Modal>
  );
}

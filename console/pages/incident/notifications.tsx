import type { SeenDetail } from "../../api/incidents.ts";
import { DeliveryTag } from "../../parts/delivery-tag.tsx";
import { capital, channelWord } from "../../parts/names.ts";
import { clockTime } from "../../parts/times.ts";
import { useTimes } from "../../parts/when.tsx";
import { usePersonText } from "../../parts/who.tsx";
import { useWords } from "../../words/use-words.tsx";

/** Who was told by which way, and what became of it: folded, it is for who asks why. */
export function Notifications({
  incident,
}: {
  readonly incident: SeenDetail;
  readonly now: number;
}) {
  const { words } = useWords();
  const name = usePersonText(incident.facility);
  const times = useTimes(incident.facility);
  const { deliveries } = incident;
  if (deliveries.length === 0) return null;
  return (
    <details className="card folded">
      <summary>
        {words.incident.deliveries} <span className="tag">{deliveries.length}</span>
      </summary>
      <ul className="alerts">
        {deliveries.map((one) => (
          <li key={one.id} className="alert">
            <span>
              <strong>{capital(name(one.person, one.role))}</strong>{" "}
              <span className="quiet">
                {words.purpose[one.purpose]} · {channelWord(words, one.channel)}
              </span>
            </span>
            <span className="quiet">
              {clockTime(one.created_at, times)}{" "}
              <DeliveryTag state={one.state} reason={one.reason} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

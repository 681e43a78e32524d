import { RULES } from "@anhu/core/rules";
import type { SeenDetail } from "../../api/incidents.ts";
import { clockTime } from "../../parts/times.ts";
import { useTimes } from "../../parts/when.tsx";
import { usePlaceText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";

const SHOWN = 30;

/** Which devices are in alarm, and which are back to normal. */
export function Alerts({ incident }: { readonly incident: SeenDetail; readonly now: number }) {
  const { words, say } = useWords();
  const times = useTimes(incident.facility);
  const place = usePlaceText(incident.facility);
  const shown = incident.alerts.slice(0, SHOWN);
  return (
    <section className="card">
      <h2>{words.incident.alerts}</h2>
      <ul className="alerts">
        {shown.map((alert) => (
          <li key={alert.id} className="alert">
            <span>
              <strong>
                {say(RULES.find(({ id }) => id === alert.rule)?.title ?? incident.title)}
              </strong>{" "}
              <span className="quiet">
                {place(alert.room)} · <code>{alert.device}</code>
              </span>
            </span>
            <span className="quiet">
              {fill(words.incident.alertRaised, { time: clockTime(alert.onset, times) })}
              {" · "}
              {alert.cleared_at === null ? (
                <span className="tag tag-critical">{words.incident.alertActive}</span>
              ) : (
                fill(words.incident.alertCleared, {
                  time: clockTime(alert.cleared_at, times),
                })
              )}
            </span>
          </li>
        ))}
      </ul>
      {incident.alert_count > shown.length ? (
        <p className="quiet">
          {fill(words.incident.alertsMore, { n: incident.alert_count, shown: shown.length })}
        </p>
      ) : null}
    </section>
  );
}

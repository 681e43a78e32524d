import { useState } from "react";
import { Switch } from "antd";
import type { SeenDetail } from "../../api/incidents.ts";
import { useSession } from "../../app/session.tsx";
import { clockTime } from "../../parts/times.ts";
import { useTimes } from "../../parts/when.tsx";
import { usePersonText } from "../../parts/who.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { accountsOf } from "./actors.ts";
import { tellTimeline } from "./sentences.ts";

/** The API shows no more. */
const CUT = 1_000;

/** What has happened, as the ledger has it, in sentences. */
export function Timeline({ incident }: { readonly incident: SeenDetail; readonly now: number }) {
  const { words, language } = useWords();
  const { user } = useSession();
  const person = usePersonText(incident.facility, incident.people);
  const times = useTimes(incident.facility);
  const [all, setAll] = useState(false);
  const lines = tellTimeline(incident.timeline, {
    words,
    language,
    person,
    userId: user.id,
    accounts: accountsOf(incident),
    title: incident.title,
  });
  const shown = all ? lines : lines.filter(({ minor }) => !minor);
  return (
    <section className="card">
      <h2>
        {words.incident.timeline}
        <label className="timeline-all">
          <Switch size="small" checked={all} onChange={setAll} /> {words.incident.timelineAll}
        </label>
      </h2>
      <ol className="timeline">
        {shown.map((line) => (
          <li key={line.seq} className={`line line-${line.tone}`}>
            <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at, times)}</time>
            <span>{line.text}</span>
          </li>
        ))}
      </ol>
      {incident.timeline.length < CUT ? null : (
        <p className="quiet">{fill(words.incident.timelineCut, { n: CUT })}</p>
      )}
    </section>
  );
}

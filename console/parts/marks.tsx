/** How grave, and how far: by colour, word and shape, so that none of them is needed alone. */
import type { IncidentState, IncidentView, Severity } from "@anhu/response/api";
import { useWords } from "../words/use-words.tsx";
import "./marks.css";

/** Octagon, triangle, diamond, circle: told apart without colour and from afar. */
const SHAPES: Readonly<Record<Severity, string>> = {
  critical: "M7.500 1.500h9L22.500 7.500v9L16.500 22.500h-9L1.500 16.500v-9z",
  high: "M12 1.800 23.200 21.600H.800z",
  medium: "M12 .800 23.200 12 12 23.200.800 12z",
  low: "M12 1.500a10.500 10.500 0 1 0 0 21 10.500 10.500 0 0 0 0-21z",
};

export function SeverityShape(props: { readonly severity: Severity; readonly size?: number }) {
  const { severity, size = 18 } = props;
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[severity]} fill="currentColor" />
      <path
        d={severity === "high" ? "M12 8.500v6" : "M12 6v7.500"}
        stroke="var(--mark-ink, var(--paper))"
        strokeWidth="2.600"
        strokeLinecap="round"
      />
      <circle
        cx="12"
        cy={severity === "high" ? 18 : 17.4}
        r="1.600"
        fill="var(--mark-ink, var(--paper))"
      />
    </svg>
  );
}

export function SeverityMark(props: { readonly severity: Severity; readonly size?: number }) {
  const { words } = useWords();
  const { severity, size = 18 } = props;
  return (
    <span className={`mark mark-${severity}`}>
      <SeverityShape severity={severity} size={size} />
      {words.severity[severity]}
    </span>
  );
}

const STATE_TAGS: Readonly<Record<IncidentState, string>> = {
  raised: "tag tag-critical",
  notified: "tag tag-high",
  unanswered: "tag tag-loud",
  acknowledged: "tag tag-brand",
  arrived: "tag tag-brand",
  resolved: "tag tag-good",
  closed: "tag",
};

export function StateTag({ state }: { readonly state: IncidentState }) {
  const { words } = useWords();
  return <span className={STATE_TAGS[state]}>{words.state[state]}</span>;
}

/** What it is, with the mark of a drill before it. */
export function IncidentTitle({
  incident,
}: {
  readonly incident: Pick<IncidentView, "drill" | "title">;
}) {
  const { say, words } = useWords();
  return (
    <>
      {incident.drill ? <span className="drill">{words.drill}</span> : null}
      {say(incident.title)}
    </>
  );
}

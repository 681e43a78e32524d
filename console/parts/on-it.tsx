import type { IncidentView } from "@anhu/response/api";
import { onIt } from "../live/on-it.ts";
import { fill } from "../words/index.ts";
import { useWords } from "../words/use-words.tsx";
import { usePersonText } from "./who.tsx";

/** Who is at the scene and who is on the way, by name where one may see it; in red when nobody is. */
export function OnIt(props: {
  readonly incident: Pick<IncidentView, "facility" | "people" | "state">;
}) {
  const { words } = useWords();
  const { incident } = props;
  const name = usePersonText(incident.facility);
  const { arrived, coming, late } = onIt(incident);
  const names = (some: typeof arrived): string =>
    some.map(({ person, role }) => name(person, role)).join(words.listSign);
  if (late.length > 0) {
    return <span className="on-it-none">{fill(words.alarms.late, { names: names(late) })}</span>;
  }
  if (arrived.length + coming.length === 0) {
    return <span className="on-it-none">{words.alarms.nobody}</span>;
  }
  return (
    <>
      {arrived.length === 0 ? null : (
        <span className="on-it">{fill(words.alarms.arrivedBy, { names: names(arrived) })}</span>
      )}
      {coming.length === 0 ? null : (
        <span className="on-it">{fill(words.alarms.coming, { names: names(coming) })}</span>
      )}
    </>
  );
}

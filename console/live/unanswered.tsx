/**
 * Over every page while somebody's alarm is unanswered, until somebody answers: the one place that speaks both languages at once, so that
 * whoever sees the screen understands it. On the incident's own page, and once it is put away until it is announced again, it is a band, so that
 * one can act.
 */
import { Button } from "antd";
import { Link, matchPath, useLocation, useNavigate } from "react-router";
import { useIncident, useIncidentAction, useLiveIncidents } from "../api/incidents.ts";
import type { SeenIncident } from "../api/live-list.ts";
import { useRooms } from "../api/facilities.ts";
import { hearsAlarms } from "../app/nav.ts";
import { useSession } from "../app/session.tsx";
import { floorOf } from "../parts/names.ts";
import { Over } from "../parts/over.tsx";
import { clockTime } from "../parts/times.ts";
import { useTimes } from "../parts/when.tsx";
import { useSubmit } from "../parts/use-submit.ts";
import { count, fill, WORDS } from "../words/index.ts";
import type { Language, Words } from "../words/index.ts";
import { covering, whyUnanswered } from "./announced.ts";
import type { Why } from "./announced.ts";
import { useLive } from "./live.tsx";
import "./notices.css";

const BOTH: readonly Language[] = ["zh", "en"];

/** Over every page but those of incidents, where somebody may be at work: there it is a band above the page (UnansweredBand). */
export function UnansweredOverlay() {
  const { open, covers } = useUnanswered();
  const [worst] = covers;
  if (worst === undefined) return null;
  return <Overlay incident={worst} others={open.length - 1} />;
}

/** Leads to the incident that nobody has answered. */
export function UnansweredBand() {
  const { open, covers, at } = useUnanswered();
  const [worst] = open;
  if (worst === undefined || covers.length > 0) return null;
  const shown = open.find(({ id }) => id === at) ?? worst;
  const why = whyUnanswered(shown);
  return (
    <Link
      className="bar bar-unanswered"
      role="alert"
      to={`/incidents/${encodeURIComponent(shown.id)}`}
    >
      {BOTH.map((language) => (
        <strong key={language} lang={language}>
          {fill(saidOf(WORDS[language], why).band, { title: shown.title[language] })}
        </strong>
      ))}
    </Link>
  );
}

/** What is unanswered, the worst first, what of it covers this page, and on which incident's page this is. */
function useUnanswered(): {
  readonly open: readonly SeenIncident[];
  readonly covers: readonly SeenIncident[];
  readonly at: string | null;
} {
  const { user } = useSession();
  const { brokenSince, announcedAway } = useLive();
  const { data } = useLiveIncidents(brokenSince !== null);
  const { pathname } = useLocation();
  const all = hearsAlarms(user.role) ? (data?.items ?? []) : [];
  const open = all.filter(({ state }) => state === "unanswered");
  const at = matchPath("/incidents/:id", pathname)?.params.id ?? null;
  return { open, covers: at === null ? covering(open, announcedAway) : [], at };
}

function Overlay({
  incident,
  others,
}: {
  readonly incident: SeenIncident;
  readonly others: number;
}) {
  const { brokenSince, answered, putAnnouncedAway } = useLive();
  const go = useNavigate();
  // What one may do is the detail's word.
  const { data } = useIncident(incident.id, brokenSince !== null);
  const act = useIncidentAction(incident.id);
  const { busy, wrong, run } = useSubmit();
  const come = async (): Promise<void> => {
    const done = await run(() => act.mutateAsync({ action: "acknowledge" }));
    if (!done) return;
    answered(incident.id);
    await go(`/incidents/${encodeURIComponent(incident.id)}`);
  };
  const look = (): void => {
    putAnnouncedAway(incident);
    void go(`/incidents/${encodeURIComponent(incident.id)}`);
  };
  const why = whyUnanswered(incident);
  const may = data?.actions.includes("acknowledge") === true;
  return (
    <Over
      role="alertdialog"
      className="unanswered"
      label={BOTH.map((language) => saidOf(WORDS[language], why).title).join(" ")}
    >
      <div className="unanswered-body">
        <h2>
          {BOTH.map((language) => (
            <span key={language} lang={language}>
              {saidOf(WORDS[language], why).title}
            </span>
          ))}
        </h2>
        {BOTH.map((language) => (
          <Told key={language} language={language} incident={incident} others={others} />
        ))}
        <p role="alert">{wrong}</p>
        <div className="unanswered-acts">
          {may ? (
            <Button className="unanswered-come" loading={busy} onClick={() => void come()}>
              <Both of={(words) => words.act.acknowledge} />
            </Button>
          ) : null}
          <Button ghost className="unanswered-look" onClick={look}>
            <Both of={(words) => words.unanswered.look} />
          </Button>
        </div>
      </div>
    </Over>
  );
}

function Told(props: {
  readonly language: Language;
  readonly incident: SeenIncident;
  readonly others: number;
}) {
  const { language, incident, others } = props;
  const words = WORDS[language];
  const { data: rooms = [] } = useRooms(incident.facility);
  const place = rooms.find(({ id }) => id === incident.room);
  const floor = place === undefined ? null : floorOf(rooms, place);
  const where =
    place === undefined
      ? incident.room === "none"
        ? words.place.none
        : incident.room
      : floor === null || floor.id === place.id
        ? place.name[language]
        : fill(words.place.of, { floor: floor.name[language], room: place.name[language] });
  const times = useTimes(incident.facility);
  const time = clockTime(incident.opened_at, times);
  const title = `${incident.drill ? words.drill : ""}${incident.title[language]}`;
  return (
    <p lang={language}>
      {[
        fill(saidOf(words, whyUnanswered(incident)).text, { title, place: where }),
        fill(words.unanswered.since, { time }),
        ...(others === 0 ? [] : [count(words.unanswered.another, others)]),
      ].join(language === "zh" ? "" : " ")}
    </p>
  );
}

/** Who promised or refused has answered: what is said must be true of them. */
function saidOf(words: Words, why: Why): { title: string; text: string; band: string } {
  if (why === "missed") {
    return {
      title: words.unanswered.titleMissed,
      text: words.unanswered.textMissed,
      band: words.unanswered.bandMissed,
    };
  }
  return {
    title: words.unanswered.title,
    text: why === "refused" ? words.unanswered.textRefused : words.unanswered.text,
    band: words.unanswered.band,
  };
}

function Both({ of }: { readonly of: (words: (typeof WORDS)[Language]) => string }) {
  return (
    <>
      {BOTH.map((language) => (
        <span key={language} lang={language} className="unanswered-word">
          {of(WORDS[language])}
        </span>
      ))}
    </>
  );
}

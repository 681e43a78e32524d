/** Notices over everything, with their answers; shown ones are said to be shown. */
import { useEffect } from "react";
import { matchPath, useLocation } from "react-router";
import type { Purpose } from "@anhu/response/api";
import { useIncident } from "../api/incidents.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Over } from "../parts/over.tsx";
import { useWords } from "../words/use-words.tsx";
import { useLive } from "./live.tsx";
import { NoticeCard } from "./notice-card.tsx";
import { useReceipts } from "./use-receipts.ts";
import "./notices.css";

/** What is read on the incident's own page. */
const TELLS: readonly Purpose[] = ["update", "stand_down", "summary"];

export function NoticeStack() {
  const { words } = useWords();
  const { brokenSince, notices, putAway } = useLive();
  const { pathname } = useLocation();
  useReceipts();
  const at = matchPath("/incidents/:id", pathname)?.params.id ?? null;
  // The incident's own page shows all of it, and has the answers: nothing need lie over it. One that could not be read shows nothing.
  const isShown = useIncident(at, brokenSince !== null).data !== undefined;
  const own = notices.open.filter(({ notice }) => isShown && notice.incident === at);
  const read = own.filter(({ notice }) => TELLS.includes(notice.purpose));
  useEffect(() => {
    if (read.length > 0) putAway(read.map(({ notice }) => notice.delivery));
  });
  const open = notices.open.filter((told) => !own.includes(told));
  if (open.length === 0) return null;
  const [first] = open;
  return (
    <Over
      role="alertdialog"
      className="notices"
      label={first?.notice.answer === null ? words.nav.deliveries : words.notice.label}
    >
      <ul className="notices-list">
        {open.map(({ notice }) => (
          <Boundary key={notice.delivery} of={notice.delivery} vital>
            <NoticeCard notice={notice} />
          </Boundary>
        ))}
      </ul>
    </Over>
  );
}

/** The live connection of a signed-in page: its events go into what is shown, its notices wait for the person. */
import { createContext, use, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { ConsoleNotice, IncidentView } from "@anhu/response/api";
import { forgetIncidents, incidentKey, mergeIncident } from "../api/incidents.ts";
import { useEnvironment } from "../app/environment.tsx";
import { withAway } from "./announced.ts";
import type { PutAway } from "./announced.ts";
import { answered, endOf, NO_NOTICES, putAway, takeNotice } from "./notices.ts";
import type { Notices } from "./notices.ts";
import { openStream } from "./stream.ts";
import type { StreamEvent } from "./stream.ts";

export interface Live {
  /** Since when nothing comes live: UTC ms of the server, and this device's monotonic time; null: it is live, or has just begun. */
  readonly brokenSince: { readonly at: number; readonly monotonic: number } | null;
  readonly notices: Notices;
  readonly putAway: (deliveries: readonly string[]) => void;
  /** The person has answered to this incident. */
  readonly answered: (incident: string) => void;
  /** Announcements that nobody has answered, put away here until they are repeated. */
  readonly announcedAway: PutAway;
  readonly putAnnouncedAway: (incident: Pick<IncidentView, "id" | "people">) => void;
}

const Connected = createContext<Live | null>(null);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const { api, clock, fetch, signedOut } = useEnvironment();
  const queries = useQueryClient();
  const [brokenSince, setBroken] = useState<Live["brokenSince"]>(null);
  const [notices, setNotices] = useState(NO_NOTICES);
  const [announcedAway, setAnnouncedAway] = useState<PutAway>(new Map());

  useEffect(() => {
    const take = ({ name, data }: StreamEvent): void => {
      // It begins here (or anew): what changed before may be missing from what was read.
      if (name === "hello" || name === "reset") void forgetIncidents(queries);
      if (name === "incident") {
        const view = JSON.parse(data) as IncidentView;
        mergeIncident(queries, view, clock);
        void queries.invalidateQueries({ queryKey: incidentKey(view.id) });
        setNotices((before) => endOf(before, view.id, view.state));
      }
      if (name === "notice") {
        const notice = JSON.parse(data) as ConsoleNotice;
        setNotices((before) => takeNotice(before, notice, clock.monotonic()));
      }
    };
    const stream = openStream({
      fetch,
      clock,
      onEvent: take,
      onPhase(phase) {
        if (phase === "broken") setBroken({ at: api.now(), monotonic: clock.monotonic() });
        if (phase === "live") setBroken(null);
      },
      onSignedOut: signedOut,
    });
    const wake = (): void => {
      if (document.visibilityState === "visible") stream.wake();
    };
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      stream.close();
    };
  }, [api, clock, fetch, queries, signedOut]);

  const live = useMemo(
    () => ({
      brokenSince,
      notices,
      putAway: (deliveries: readonly string[]) =>
        setNotices((before) => putAway(before, deliveries)),
      answered: (incident: string) => setNotices((before) => answered(before, incident)),
      announcedAway,
      putAnnouncedAway: (incident: Pick<IncidentView, "id" | "people">) =>
        setAnnouncedAway((before) => withAway(before, incident)),
    }),
    [brokenSince, notices, announcedAway],
  );
  return <Connected value={live}>{children}</Connected>;
}

export function useLive(): Live {
  const live = use(Connected);
  if (live === null) throw new Error("outside of LiveProvider");
  return live;
}

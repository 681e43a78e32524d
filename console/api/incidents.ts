/** Incidents as the pages read and change them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import type { Clock } from "@anhu/core/time";
import type {
  IncidentAction,
  IncidentDetail,
  IncidentPage,
  IncidentView,
  ResidentsShown,
} from "@anhu/response/api";
import { useEnvironment } from "../app/environment.tsx";
import { isLive, worstFirst } from "../live/order.ts";
import { pathOf } from "./client.ts";
import type { Api, Query } from "./client.ts";

/** With the end of a silence as this device's monotonic time: what came as "ms from now" is of the moment it came. */
export interface SeenIncident extends IncidentView {
  readonly silencedUntil: number | null;
}

export type SeenDetail = IncidentDetail & SeenIncident;

export interface LiveIncidents {
  readonly items: readonly SeenIncident[];
  /** There are more than `LIVE_LIMIT`. */
  readonly more: boolean;
}

export const LIVE_LIMIT = 200;
const LIVE = ["incidents", "live"] as const;
const WAITING = ["incidents", "resolved"] as const;
/** A look without cause, in case that an event was lost all the same. */
const LOOK_MS = 60_000;
const BROKEN_LOOK_MS = 5_000;

/** All live incidents of the signed-in person's scope, worst first. */
export function useLiveIncidents(broken: boolean) {
  const { api, clock } = useEnvironment();
  return useQuery({
    queryKey: LIVE,
    queryFn: () => readLive(api, clock),
    refetchInterval: broken ? BROKEN_LOOK_MS : LOOK_MS,
    // A phone in a pocket goes on asking.
    refetchIntervalInBackground: true,
  });
}

/** Resolved, and nobody has said yet what it was: the newest 20. */
export function useWaitingIncidents() {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: WAITING,
    queryFn: () => api.get<IncidentPage>("incidents", { state: "resolved", limit: 20 }),
  });
}

export function useIncident(id: string, broken: boolean) {
  const { api, clock } = useEnvironment();
  return useQuery({
    queryKey: incidentKey(id),
    queryFn: async (): Promise<SeenDetail> => {
      const detail = await api.get<IncidentDetail>(pathOf`incidents/${id}`);
      return { ...detail, silencedUntil: silencedUntil(detail, clock) };
    },
    refetchInterval: broken ? BROKEN_LOOK_MS : LOOK_MS,
  });
}

/** Does something with an incident; resolves with it as it is then. */
export function useIncidentAction(id: string) {
  const { api, clock } = useEnvironment();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, body }: { readonly action: IncidentAction; readonly body?: object }) =>
      api.send<IncidentDetail>("POST", pathOf`incidents/${id}/${action}`, body ?? {}),
    onSuccess(detail) {
      queries.setQueryData(incidentKey(id), {
        ...detail,
        silencedUntil: silencedUntil(detail, clock),
      });
      mergeIncident(queries, detail, clock);
    },
    onError: () => queries.invalidateQueries({ queryKey: incidentKey(id) }),
  });
}

/** Who lives where the incident is. `reason` null: none is needed, it is live; undefined: do not ask. */
export function useResidents(id: string, reason: string | null | undefined) {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["residents", id, reason],
    queryFn: () =>
      api.get<ResidentsShown>(pathOf`incidents/${id}/residents`, {
        reason: reason ?? undefined,
      }),
    enabled: reason !== undefined,
    // Each look is in the ledger: one is enough.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Incidents by a filter, newest first, page by page. */
export function useHistory(filter: Query) {
  const { api } = useEnvironment();
  return useInfiniteQuery({
    queryKey: ["incidents", "history", filter],
    queryFn: ({ pageParam }) =>
      api.get<IncidentPage>("incidents", {
        ...filter,
        limit: 50,
        cursor: pageParam ?? undefined,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }) => cursor,
  });
}

/** Puts what the live connection told into what is shown. */
export function mergeIncident(queries: QueryClient, view: IncidentView, clock: Clock): void {
  queries.setQueryData<LiveIncidents>(LIVE, (before) => {
    if (before === undefined) return before;
    const others = before.items.filter(({ id }) => id !== view.id);
    const seen = { ...view, silencedUntil: silencedUntil(view, clock) };
    const items = worstFirst(isLive(view) ? [...others, seen] : others);
    return { ...before, items: items.slice(0, LIVE_LIMIT) };
  });
  if (!isLive(view)) void queries.invalidateQueries({ queryKey: WAITING });
}

/** The list may miss something: it is read anew. */
export function forgetIncidents(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: ["incidents"] });
  void queries.invalidateQueries({ queryKey: ["incident"] });
}

export function incidentKey(id: string): readonly [string, string] {
  return ["incident", id];
}

async function readLive(api: Api, clock: Clock): Promise<LiveIncidents> {
  const page = await api.get<IncidentPage>("incidents", { live: true, limit: LIVE_LIMIT });
  const items = page.items.map((view) => ({
    ...view,
    silencedUntil: silencedUntil(view, clock),
  }));
  return { items: worstFirst(items), more: page.cursor !== null };
}

function silencedUntil({ silenced_ms }: IncidentView, clock: Clock): number | null {
  return silenced_ms === null ? null : clock.monotonic() + silenced_ms;
}

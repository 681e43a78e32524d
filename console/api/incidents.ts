/** Incidents as the pages read and change them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import type { Clock } from "@anhu/core/time";
import type {
  FacilityView,
  IncidentAction,
  IncidentDetail,
  IncidentPage,
  IncidentView,
  ResidentsShown,
} from "@anhu/response/api";
import { useEnvironment } from "../app/environment.tsx";
import { isLive } from "../live/order.ts";
import { pathOf } from "./client.ts";
import type { Query } from "./client.ts";
import { LIVE, readLive, seeNow, tellLive } from "./live-list.ts";
import type { SeenIncident } from "./live-list.ts";

export type SeenDetail = IncidentDetail & SeenIncident;

const WAITING = ["incidents", "resolved"] as const;
/** Two pages of a list name no more; what is older is named by its link only. */
const NAMED = 100;
/** A look without cause, in case that an event was lost all the same. */
const LOOK_MS = 60_000;
const BROKEN_LOOK_MS = 5_000;

/** All live incidents of the signed-in person's scope, worst first. */
export function useLiveIncidents(broken: boolean) {
  const { api, clock } = useEnvironment();
  const queries = useQueryClient();
  return useQuery({
    queryKey: LIVE,
    queryFn: () => readLive(api, clock, queries),
    refetchInterval: broken ? BROKEN_LOOK_MS : LOOK_MS,
    // A phone in a pocket goes on asking.
    refetchIntervalInBackground: true,
  });
}

/** How many alarms of a facility are live: of the list that is told live, not of the facility's own figure, which is asked for now and then. */
export function useLiveCount(broken: boolean): (facility: FacilityView) => number {
  const { data } = useLiveIncidents(broken);
  return ({ id, live_incidents }) => {
    const told = data?.items.filter(({ facility }) => facility === id).length ?? 0;
    return data === undefined || data.more ? Math.max(told, live_incidents) : told;
  };
}

/** Resolved, and nobody has said yet what it was: the newest 20. */
export function useWaitingIncidents() {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: WAITING,
    queryFn: () => api.get<IncidentPage>("incidents", { state: "resolved", limit: 20 }),
  });
}

/** One incident with its timeline; `id` null: none is asked for. */
export function useIncident(id: string | null, broken: boolean) {
  const { api, clock } = useEnvironment();
  return useQuery({
    queryKey: incidentKey(id ?? ""),
    enabled: id !== null,
    queryFn: async (): Promise<SeenDetail> => {
      const detail = await api.get<IncidentDetail>(pathOf`incidents/${id ?? ""}`);
      return seeNow(detail, clock);
    },
    refetchInterval: broken ? BROKEN_LOOK_MS : LOOK_MS,
  });
}

/** An incident as far as one line about it goes: of the live list, else asked for by itself. Undefined while it is not known as it is now. */
export function useSeenIncident(id: string, broken: boolean): SeenIncident | undefined {
  const live = useLiveIncidents(broken).data?.items.find((one) => one.id === id);
  const { data, isFetching } = useIncident(live === undefined ? id : null, broken);
  return live ?? (isFetching ? undefined : data);
}

/** Does something with an incident; resolves with it as it is then. */
export function useIncidentAction(id: string) {
  const { api, clock } = useEnvironment();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, body }: { readonly action: IncidentAction; readonly body?: object }) =>
      api.send<IncidentDetail>("POST", pathOf`incidents/${id}/${action}`, body ?? {}),
    onSuccess(detail) {
      queries.setQueryData(incidentKey(id), seeNow(detail, clock));
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

/** The newest incidents of a facility by id, to name those that a list speaks of. */
export function useIncidentNames(facility: string) {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["incidents", "names", facility],
    queryFn: async () => {
      const { items } = await api.get<IncidentPage>("incidents", { facility, limit: NAMED });
      return new Map(items.map((one) => [one.id, one]));
    },
    refetchInterval: LOOK_MS,
  });
}

/** Puts what the live connection told into what is shown. */
export function mergeIncident(queries: QueryClient, view: IncidentView, clock: Clock): void {
  const seen = seeNow(view, clock);
  tellLive(queries, seen, clock);
  queries.setQueryData<SeenDetail>(
    incidentKey(view.id),
    (before) => before && { ...before, ...seen },
  );
  if (!isLive(view)) void queries.invalidateQueries({ queryKey: WAITING });
}

/** What is shown may miss something: it is read anew. An answer that is on its way may be as old, and is not waited for. */
export async function forgetIncidents(queries: QueryClient): Promise<void> {
  await queries.cancelQueries({ queryKey: LIVE });
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["incidents"] }),
    queries.invalidateQueries({ queryKey: ["incident"] }),
  ]);
}

export function incidentKey(id: string): readonly [string, string] {
  return ["incident", id];
}

/**
 * The list of what is live: read as a whole now and then, and told by the live connection in between. Neither may take back what the other has said
 * later: a fire that is told while an older list is on its way stays.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { Clock } from "@anhu/core/time";
import type { IncidentPage, IncidentView, Severity } from "@anhu/response/api";
import { isLive, worstFirst } from "../live/order.ts";
import type { Api } from "./client.ts";

/** With the end of a silence as this device's monotonic time: what came as "ms from now" is of the moment it came. */
export interface SeenIncident extends IncidentView {
  readonly silencedUntil: number | null;
}

export interface LiveIncidents {
  /** The worst first. */
  readonly items: readonly SeenIncident[];
  /** There are more than `LIVE_LIMIT`. */
  readonly more: boolean;
}

/** What was said last of an incident, and when (monotonic ms). */
interface Told {
  readonly seen: SeenIncident;
  readonly at: number;
}

export const LIVE_LIMIT = 200;
export const LIVE = ["incidents", "live"] as const;
const TOLD = ["told"] as const;
/** Beyond it the earliest are forgotten: a list that is read takes seconds. */
const TOLD_LIMIT = 500;
/** The API lists the newest first: where there are too many, these are asked for by themselves. */
const FIRST: readonly Severity[] = ["critical", "high"];

export function seeNow<T extends IncidentView>(view: T, clock: Clock): T & SeenIncident {
  const { silenced_ms } = view;
  const silencedUntil = silenced_ms === null ? null : clock.monotonic() + silenced_ms;
  return { ...view, silencedUntil };
}

/** The list as the system has it, with what the live connection has told since it was asked for. Throws as `Api.get`. */
export async function readLive(
  api: Api,
  clock: Clock,
  queries: QueryClient,
): Promise<LiveIncidents> {
  const askedAt = clock.monotonic();
  const ask = (severity?: Severity): Promise<IncidentPage> =>
    api.get<IncidentPage>("incidents", { live: true, limit: LIVE_LIMIT, severity });
  const page = await ask();
  const more = page.cursor !== null;
  const worst = more ? await Promise.all(FIRST.map(ask)) : [];
  const all = [page, ...worst].flatMap(({ items }) => items);
  const told = queries.getQueryData<readonly Told[]>(TOLD)?.filter(({ at }) => at >= askedAt);
  const items = all.map((view) => seeNow(view, clock));
  return [...items, ...(told ?? []).map(({ seen }) => seen)].reduce(withIncident, {
    items: [],
    more,
  });
}

/** Puts what is told of an incident into the list. */
export function tellLive(queries: QueryClient, seen: SeenIncident, clock: Clock): void {
  queries.setQueryData<readonly Told[]>(TOLD, (before = []) => {
    const others = before.filter((one) => one.seen.id !== seen.id);
    return [...others, { seen, at: clock.monotonic() }].slice(-TOLD_LIMIT);
  });
  queries.setQueryData<LiveIncidents>(LIVE, (before) => before && withIncident(before, seen));
  // One of those that had no place has one now.
  if (!isLive(seen) && queries.getQueryData<LiveIncidents>(LIVE)?.more === true) {
    void queries.invalidateQueries({ queryKey: LIVE }, { cancelRefetch: false });
  }
}

function withIncident({ items, more }: LiveIncidents, seen: SeenIncident): LiveIncidents {
  const others = items.filter(({ id }) => id !== seen.id);
  const all = worstFirst(isLive(seen) ? [...others, seen] : others);
  return { items: all.slice(0, LIVE_LIMIT), more: more || all.length > LIVE_LIMIT };
}

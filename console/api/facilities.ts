/** Facilities, their places, devices and readings. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { DeviceView, FacilityView, RoomView } from "@anhu/response/api";
import { useEnvironment } from "../app/environment.tsx";
import { pathOf } from "./client.ts";

interface List<T> {
  readonly items: readonly T[];
}

export interface ReadingView {
  /** UTC ms. */
  readonly at: number;
  readonly fields: Readonly<Record<string, number | boolean | string>>;
}

/** Last values change every few seconds; nobody watches a table that closely. */
const DEVICES_LOOK_MS = 15_000;
const FACILITIES_LOOK_MS = 30_000;
const PLACES_KEPT_MS = 600_000;

export function useFacilities() {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["facilities"],
    queryFn: async () => (await api.get<List<FacilityView>>("facilities")).items,
    refetchInterval: FACILITIES_LOOK_MS,
  });
}

/** The places of a facility: they change only with its file. */
export function useRooms(facility: string) {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["rooms", facility],
    queryFn: async () =>
      (await api.get<List<RoomView>>(pathOf`facilities/${facility}/rooms`)).items,
    staleTime: PLACES_KEPT_MS,
    // Where it burns must not stay a number because of one bad moment.
    refetchInterval: ({ state }) => (state.status === "error" ? DEVICES_LOOK_MS : false),
  });
}

export function useDevices(facility: string) {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["devices", facility],
    queryFn: async () =>
      (await api.get<List<DeviceView>>(pathOf`facilities/${facility}/devices`)).items,
    refetchInterval: DEVICES_LOOK_MS,
  });
}

/** One device in test mode, or out of it. */
export function useTestMode(facility: string, device: string) {
  const { api } = useEnvironment();
  const queries = useQueryClient();
  const path = pathOf`facilities/${facility}/devices/${device}/test-mode`;
  return useMutation({
    mutationFn: (start: { readonly minutes: number; readonly reason: string } | null) =>
      start === null ? api.send("DELETE", path) : api.send("POST", path, start),
    onSettled: () => queries.invalidateQueries({ queryKey: ["devices", facility] }),
  });
}

/** Last value of each interval of `everyMs`, the earliest first. */
export function useReadings(asked: {
  readonly facility: string;
  readonly device: string;
  readonly field: string | null;
  readonly spanMs: number;
  readonly everyMs: number;
}) {
  const { api } = useEnvironment();
  const { facility, device, field, spanMs, everyMs } = asked;
  return useQuery({
    queryKey: ["readings", facility, device, field, spanMs],
    queryFn: async () => {
      const to = Math.floor(api.now());
      const from = to - spanMs;
      const query = { facility, device, field: field ?? "", from, to, every: everyMs };
      const { items } = await api.get<List<ReadingView>>("readings", query);
      return { items, from, to };
    },
    enabled: field !== null,
    refetchInterval: Math.max(everyMs, DEVICES_LOOK_MS),
  });
}

/** Who works where, who is on duty, who was told what, and who has an account. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { DeliveryView, Role, RotaView, Scope, StaffView, UserView } from "@anhu/response/api";
import { useEnvironment } from "../app/environment.tsx";
import { pathOf } from "./client.ts";
import type { Query } from "./client.ts";

interface List<T> {
  readonly items: readonly T[];
  readonly cursor?: string | null;
}

export interface Invitation {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly person: string | null;
  readonly language: "zh" | "en";
}

/** A one-time link; `expires_at` UTC ms. */
export interface Link {
  readonly link: string;
  readonly expires_at?: number;
}

const PEOPLE_LOOK_MS = 30_000;
const TEST_LOOK_MS = 1_000;
/** A phone that has not said within a minute that it shows a call will not say so. */
const TEST_LOOKS = 60;
/** An invited person may be joining beside whoever looks. */
const USERS_LOOK_MS = 5_000;
const DELIVERIES_LOOK_MS = 15_000;
const ENDED: readonly DeliveryView["state"][] = ["delivered", "failed", "cancelled", "summarised"];

/** The staff of a facility. `may`: the role has the right; who has not, sees roles and numbers only. */
export function usePeople(facility: string, may: boolean) {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["people", facility],
    queryFn: async () =>
      (await api.get<List<StaffView>>(pathOf`facilities/${facility}/people`)).items,
    enabled: may && facility !== "",
    refetchInterval: PEOPLE_LOOK_MS,
  });
}

export function useRota(facility: string) {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["rota", facility],
    queryFn: () => api.get<RotaView>(pathOf`facilities/${facility}/rota`),
    refetchInterval: PEOPLE_LOOK_MS,
  });
}

/** Calls a person on every channel, to try them. */
export function useTestCall(facility: string) {
  const { api } = useEnvironment();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (person: string) =>
      (
        await api.send<List<DeliveryView>>(
          "POST",
          pathOf`facilities/${facility}/people/${person}/test-call`,
        )
      ).items,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}

/** What became of these deliveries of a facility, asked every second for a minute at most. */
export function useOutcome(facility: string, started: readonly DeliveryView[]) {
  const { api } = useEnvironment();
  const ids = started.map(({ id }) => id);
  return useQuery({
    queryKey: ["deliveries", "outcome", ids],
    queryFn: async () => {
      const { items } = await api.get<List<DeliveryView>>("deliveries", { facility, limit: 100 });
      return started.map((before) => items.find(({ id }) => id === before.id) ?? before);
    },
    initialData: started,
    initialDataUpdatedAt: 0,
    enabled: started.length > 0,
    refetchInterval: ({ state }) => {
      const ended = state.data?.every((one) => ENDED.includes(one.state)) === true;
      return ended || state.dataUpdateCount > TEST_LOOKS ? false : TEST_LOOK_MS;
    },
  });
}

export function useDeliveries(filter: Query) {
  const { api } = useEnvironment();
  return useInfiniteQuery({
    queryKey: ["deliveries", filter],
    queryFn: ({ pageParam }) =>
      api.get<List<DeliveryView>>("deliveries", {
        ...filter,
        limit: 50,
        cursor: pageParam ?? undefined,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }) => cursor ?? null,
    refetchInterval: DELIVERIES_LOOK_MS,
  });
}

export function useUsers() {
  const { api } = useEnvironment();
  return useQuery({
    queryKey: ["users"],
    queryFn: async () => (await api.get<List<UserView>>("users")).items,
    refetchInterval: USERS_LOOK_MS,
  });
}

export function useInvite() {
  const { api } = useEnvironment();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (invitation: Invitation) =>
      api.send<{ readonly user: UserView } & Link>("POST", "users", invitation),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
  });
}

export function useNewLink() {
  const { api } = useEnvironment();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: string) => api.send<Link>("POST", pathOf`users/${user}/link`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
  });
}

export function useChangeUser() {
  const { api } = useEnvironment();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user, change }: { readonly user: string; readonly change: Partial<UserView> }) =>
      api.send<UserView>("PATCH", pathOf`users/${user}`, change),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
  });
}

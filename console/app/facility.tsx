/** Which facility is looked at, its own words and its time zone. */
import { createContext, use, useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import type { FacilityView } from "@anhu/response/api";
import { matchPath, useLocation } from "react-router";
import { useFacilities } from "../api/facilities.ts";
import { useEnvironment } from "./environment.tsx";
import { facilityOf } from "./nav.ts";
import { useSession } from "./session.tsx";

export interface Facilities {
  readonly all: readonly FacilityView[];
  readonly loading: boolean;
  /** Of the pages of one facility; null: there is none. */
  readonly current: string | null;
  readonly find: (id: string) => FacilityView | undefined;
  /** The zone of a facility's times; the reader's own, with `named`, when the facility is none that is known. */
  readonly zone: (id: string | null) => { readonly timezone: string; readonly named: boolean };
}

const Known = createContext<Facilities | null>(null);
const MEMORY = "facility";
const NONE: readonly FacilityView[] = [];

export function FacilityProvider({ children }: { readonly children: ReactNode }) {
  const { memory } = useEnvironment();
  const { user } = useSession();
  const { data, isPending } = useFacilities();
  const { pathname } = useLocation();
  const named = matchPath("/f/:facility/*", pathname)?.params.facility ?? null;
  const all = data ?? NONE;
  const current =
    named !== null && named !== "-"
      ? named
      : facilityOf(user.scope, { last: memory.read(MEMORY), all: all.map(({ id }) => id) });
  useEffect(() => {
    if (named !== null && named !== "-") memory.keep(MEMORY, named);
  }, [memory, named]);
  const facilities = useMemo(() => {
    const find = (id: string): FacilityView | undefined => all.find((one) => one.id === id);
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      all,
      loading: isPending,
      current,
      find,
      zone: (id: string | null) => {
        const known = id === null ? undefined : find(id)?.timezone;
        return { timezone: known ?? own, named: known === undefined && !isPending };
      },
    };
  }, [all, current, isPending]);
  return <Known value={facilities}>{children}</Known>;
}

export function useFacilityList(): Facilities {
  const known = use(Known);
  if (known === null) throw new Error("outside of FacilityProvider");
  return known;
}

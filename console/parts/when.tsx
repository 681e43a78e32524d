import { useEffect, useState } from "react";
import { useEnvironment } from "../app/environment.tsx";
import { useFacilityList } from "../app/facility.tsx";
import { useWords } from "../words/use-words.tsx";
import { dayTime, ago } from "./times.ts";
import type { TimeOptions } from "./times.ts";

/** The server's time, UTC ms, anew every `everyMs`. */
export function useNow(everyMs = 1_000): number {
  const { api, clock } = useEnvironment();
  const [now, setNow] = useState(() => api.now());
  useEffect(() => {
    let cancel = (): void => undefined;
    const tick = (): void => {
      setNow(api.now());
      cancel = clock.after(everyMs, tick);
    };
    tick();
    return () => cancel();
  }, [api, clock, everyMs]);
  return now;
}

/** How times are written: in the zone of the facility, in the page's language; with the zone's name when it is the reader's own. */
export function useTimes(facility: string | null): TimeOptions {
  const { language, words } = useWords();
  return { language, words, ...useFacilityList().zone(facility) };
}

/** When, and how long ago: `今天 02:10 · 3 分钟前`. */
export function When(props: {
  readonly at: number;
  readonly now: number;
  readonly facility: string;
}) {
  const { at, now, facility } = props;
  const options = useTimes(facility);
  return (
    <time dateTime={new Date(at).toISOString()}>
      {dayTime(at, now, options)} <span className="quiet">· {ago(at, now, options)}</span>
    </time>
  );
}

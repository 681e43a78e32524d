/** What has happened: incidents by time, state, kind, severity and place, page by page. */
import { useMemo, useState } from "react";
import { Button, DatePicker, Select } from "antd";
import dayjs from "dayjs";
import type { Dayjs } from "dayjs";
import timezonePlugin from "dayjs/plugin/timezone";
import utcPlugin from "dayjs/plugin/utc";
import "dayjs/locale/zh-cn";
import { useSearchParams } from "react-router";
import { INCIDENT_STATES, SEVERITIES } from "@anhu/core/states";
import { useHistory } from "../../api/incidents.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { useSession } from "../../app/session.tsx";
import { DigitsInput } from "../../parts/digits.tsx";
import { Loading, Nothing, Page } from "../../parts/page.tsx";
import { Trouble } from "../../parts/trouble.tsx";
import { useNow, useTimes } from "../../parts/when.tsx";
import { fill } from "../../words/index.ts";
import { useWords } from "../../words/use-words.tsx";
import { HistoryRow } from "./history-row.tsx";
import "./history.css";

dayjs.extend(utcPlugin);
dayjs.extend(timezonePlugin);

/** GB/T 2260 with the three digits of a town (GB/T 10114). */
const REGION_DIGITS = 9;
const NAMES = ["state", "kind", "severity", "facility", "region", "from", "to"] as const;
type FilterName = (typeof NAMES)[number];
type Filter = Readonly<Partial<Record<FilterName, string>>>;

export default function HistoryPage() {
  const { words } = useWords();
  const [params, setParams] = useSearchParams();
  const [round, setRound] = useState(0);
  const filter: Filter = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = params.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );
  const change = (next: Filter): void => {
    const all = Object.entries({ ...filter, ...next }).filter(([, value]) => value !== "");
    setParams(new URLSearchParams(all), { replace: true });
  };
  const clear = (): void => {
    setParams({}, { replace: true });
    setRound((before) => before + 1);
  };
  return (
    <Page title={words.history.title}>
      <Filters key={round} filter={filter} change={change} clear={clear} />
      <Found filter={filter} />
    </Page>
  );
}

function Filters(props: {
  readonly filter: Filter;
  readonly change: (next: Filter) => void;
  readonly clear: () => void;
}) {
  const { words, say } = useWords();
  const { filter, change, clear } = props;
  const { user } = useSession();
  const { all } = useFacilityList();
  // The address follows what is typed a moment later: letters that come fast must not be lost to it.
  const [region, setRegion] = useState(filter.region ?? "");
  const any = { value: "", label: words.act.all };
  const kinds = Object.entries(words.incidentKind).filter(([kind]) => kind !== "other");
  return (
    <div className="filters history-filters" role="search" aria-label={words.history.filters}>
      <Choice
        name={words.history.state}
        value={filter.state ?? ""}
        onChange={(state) => change({ state })}
        options={[any, ...INCIDENT_STATES.map((value) => ({ value, label: words.state[value] }))]}
      />
      <Choice
        name={words.history.severity}
        value={filter.severity ?? ""}
        onChange={(severity) => change({ severity })}
        options={[any, ...SEVERITIES.map((value) => ({ value, label: words.severity[value] }))]}
      />
      <Choice
        name={words.history.kind}
        value={filter.kind ?? ""}
        onChange={(kind) => change({ kind })}
        options={[any, ...kinds.map(([value, label]) => ({ value, label }))]}
      />
      {all.length > 1 ? (
        <Choice
          name={words.history.facility}
          value={filter.facility ?? ""}
          onChange={(facility) => change({ facility })}
          options={[any, ...all.map(({ id, name }) => ({ value: id, label: say(name) }))]}
        />
      ) : null}
      {user.scope.kind === "facility" ? null : (
        <label className="filter">
          <span>{words.history.region}</span>
          <DigitsInput
            most={REGION_DIGITS}
            value={region}
            onChange={(digits) => {
              setRegion(digits);
              change({ region: digits });
            }}
          />
        </label>
      )}
      <Range filter={filter} change={change} />
      {Object.keys(filter).length === 0 ? null : (
        <Button className="filters-clear" type="link" onClick={clear}>
          {words.history.reset}
        </Button>
      )}
    </div>
  );
}

function Choice(props: {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}) {
  return (
    <label className="filter">
      <span>{props.name}</span>
      <Select
        value={props.value}
        onChange={props.onChange}
        options={[...props.options]}
        popupMatchSelectWidth={false}
      />
    </label>
  );
}

/** Whole days of the facility's zone; `to` is the last day that counts. */
function Range(props: { readonly filter: Filter; readonly change: (next: Filter) => void }) {
  const { words } = useWords();
  const { filter, change } = props;
  const { current } = useFacilityList();
  const { timezone: zone, named } = useTimes(filter.facility ?? current);
  const value = (text: string | undefined, shiftMs: number): Dayjs | null =>
    text === undefined ? null : dayjs(Number(text) + shiftMs).tz(zone);
  // A day that was picked is a day there, whatever the reader's own zone is.
  const midnight = (day: Dayjs): number => dayjs.tz(day.format("YYYY-MM-DD"), zone).valueOf();
  const pick = (days: readonly (Dayjs | null)[] | null): void => {
    const [from, to] = days ?? [];
    change({
      from: from === null || from === undefined ? "" : String(midnight(from)),
      to: to === null || to === undefined ? "" : String(midnight(to.add(1, "day"))),
    });
  };
  return (
    <label className="filter">
      <span>
        {words.history.range} {named === true ? zone : null}
      </span>
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        value={[value(filter.from, 0), value(filter.to, -1)]}
        onChange={pick}
      />
    </label>
  );
}

function Found({ filter }: { readonly filter: Filter }) {
  const { words } = useWords();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useHistory(filter);
  const now = useNow(30_000);
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  if (error !== null && data === undefined) return <Trouble thrown={error} retry={refetch} />;
  if (data === undefined) return <Loading />;
  if (items.length === 0)
    return <Nothing title={words.history.none} hint={words.history.noneHint} />;
  return (
    <>
      <ul className="incidents">
        {items.map((incident) => (
          <HistoryRow key={incident.id} incident={incident} now={now} />
        ))}
      </ul>
      <p className="incidents-end quiet">
        {fill(words.history.shown, { n: items.length })}
        {hasNextPage ? (
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.act.more}
          </Button>
        ) : (
          ` · ${words.history.end}`
        )}
      </p>
    </>
  );
}

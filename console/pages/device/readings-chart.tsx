import { useReadings } from "../../api/facilities.ts";
import { useIsDark } from "../../app/viewport.ts";
import { Chart } from "../../parts/chart.tsx";
import { Loading } from "../../parts/page.tsx";
import { fieldWord, unitOf } from "../../parts/reading.ts";
import { Trouble } from "../../parts/trouble.tsx";
import { useTimes } from "../../parts/when.tsx";
import { useWords } from "../../words/use-words.tsx";
import { gapped } from "./gaps.ts";
import { useMemo } from "react";

export const SPANS = ["h1", "h6", "d1", "d7"] as const;
export type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;
const SPAN_MS: Readonly<Record<Span, number>> = {
  h1: HOUR_MS,
  h6: 6 * HOUR_MS,
  d1: 24 * HOUR_MS,
  d7: 7 * 24 * HOUR_MS,
};
/** A screen has no more points than this. */
const POINTS = 360;

export function ReadingsChart(props: {
  readonly facility: string;
  readonly device: string;
  readonly field: string;
  readonly span: Span;
}) {
  const { facility, device, field, span } = props;
  const { words, language } = useWords();
  const { timezone } = useTimes(facility);
  const dark = useIsDark();
  const spanMs = SPAN_MS[span];
  const everyMs = Math.ceil(spanMs / POINTS / 1_000) * 1_000;
  const { data, error, refetch } = useReadings({ facility, device, field, spanMs, everyMs });
  const chart = useMemo(() => {
    if (data === undefined) return null;
    const values = data.items.map(({ at, fields }) => ({ at, value: fields[field] }));
    const { times, numbers, stepped } = gapped(values, everyMs);
    return {
      times,
      values: numbers,
      stepped,
      from: data.from,
      to: data.to,
      label: fieldWord(words, field),
      unit: unitOf(field),
      stateWords: [words.no, words.yes] as const,
      timezone,
      language,
      timeLabel: words.device.range,
    };
    // The chart reads its colours when it is drawn.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [data, everyMs, field, language, timezone, words, dark]);
  if (error !== null && data === undefined) return <Trouble thrown={error} retry={refetch} />;
  if (chart === null) return <Loading />;
  if (chart.times.length === 0) return <p className="empty">{words.device.noData}</p>;
  return <Chart {...chart} />;
}

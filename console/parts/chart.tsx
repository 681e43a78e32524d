/** A line over time (uPlot): drawn anew when data, size, language or shade change. */
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface ChartProps {
  /** UTC ms, ascending; null: no reading there, the line has a gap. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly unit: string;
  /** Steps instead of slopes: states are on or off. */
  readonly stepped: boolean;
  /** What 0 and 1 of a state are called. */
  readonly stateWords: readonly [string, string];
  readonly timezone: string;
  readonly language: "zh" | "en";
  readonly timeLabel: string;
}

const HEIGHT = 300;
const FEW = 40;

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = place.current;
    if (box === null) return undefined;
    const chart = new UPlot(optionsOf(props, box), dataOf(props), box);
    const watch = new ResizeObserver(() =>
      chart.setSize({ width: box.clientWidth, height: HEIGHT }),
    );
    watch.observe(box);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [props]);
  return <div ref={place} className="chart" role="img" aria-label={props.label} />;
}

function dataOf({ times, values }: ChartProps): UPlot.AlignedData {
  return [times.map((at) => at / 1_000), [...values]];
}

function optionsOf(props: ChartProps, box: HTMLElement): UPlot.Options {
  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const { label, unit, stepped, stateWords, timezone, language, from, to, timeLabel } = props;
  const font = `12px ${getComputedStyle(box).fontFamily}`;
  const axis = {
    stroke: colour("--quiet"),
    font,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
  };
  const long = to - from > 2 * 86_400_000;
  const tick = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: timezone,
    ...(long ? { month: "numeric", day: "numeric" } : { hour: "2-digit", minute: "2-digit" }),
    hour12: false,
  });
  const full = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "medium",
    hour12: false,
  });
  const stroke = colour("--brand");
  return {
    width: box.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), timezone),
    scales: {
      x: { range: [from / 1_000, to / 1_000] },
      ...(stepped ? { y: { range: [-0.1, 1.1] as [number, number] } } : {}),
    },
    legend: { live: true },
    series: [
      {
        label: timeLabel,
        value: (_, seconds: number | null) =>
          seconds === null ? "–" : full.format(seconds * 1_000),
      },
      {
        label,
        stroke,
        width: 2,
        fill: colour("--brand-soft"),
        // A few readings are dots, or one alone would not be seen.
        points: { show: props.times.length < FEW },
        spanGaps: false,
        ...(stepped && UPlot.paths.stepped !== undefined
          ? { paths: UPlot.paths.stepped({ align: 1 }) }
          : {}),
        value: (_, value: number | null) =>
          value === null ? "–" : stepped ? (stateWords[value] ?? "") : `${value} ${unit}`,
      },
    ],
    axes: [
      { ...axis, values: (_, splits) => splits.map((seconds) => tick.format(seconds * 1_000)) },
      {
        ...axis,
        size: 56,
        ...(stepped ? { splits: () => [0, 1], values: () => [...stateWords] } : {}),
      },
    ],
  };
}

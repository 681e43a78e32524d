/** A panel of a board: what it asks, how it is shown, which requirements it serves. The words come from `words/`. */
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type {
  DataTransformerConfig,
  GridPos,
  Panel,
  ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { MappingType } from "@grafana/grafana-foundation-sdk/dashboard";
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  StackingMode,
  VisibilityMode,
} from "@grafana/grafana-foundation-sdk/common";
import {
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimeline } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Target } from "./query.ts";
import { build, DATASOURCE } from "./query.ts";
import type { PanelKey, Words } from "./words/words.ts";

/** A panel before it has a place on the board. */
export interface Spec {
  readonly key: PanelKey;
  /** Ids of core/requirements. */
  readonly serves: readonly string[];
  /** Of 24 columns. */
  readonly width: number;
  readonly targets: readonly Target[];
  readonly view: AnyPanel;
}

/** What all builders of panels have. */
interface AnyPanel extends Builder<Panel> {
  id(id: number): AnyPanel;
  title(title: string): AnyPanel;
  description(text: string): AnyPanel;
  datasource(datasource: { type: string; uid: string }): AnyPanel;
  gridPos(position: GridPos): AnyPanel;
  targets(targets: Builder<Dataquery>[]): AnyPanel;
}

/** The panel on its place, with its words; the description ends with the requirements that it serves. */
export function place(
  spec: Spec,
  words: Words,
  at: { readonly id: number; readonly grid: GridPos },
): Builder<Panel> {
  const { title, text } = words.panels[spec.key];
  return spec.view
    .id(at.id)
    .title(title)
    .description(words.serving(text, spec.serves))
    .datasource(DATASOURCE)
    .gridPos(at.grid)
    .targets(build(spec.targets));
}

/** Numbers as they are now. */
export function stat(words: Words): Stat {
  return new Stat()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(BigValueTextMode.ValueAndName)
    .noValue(words.nothing);
}

export function lines(words: Words): TimeSeries {
  return new TimeSeries().showPoints(VisibilityMode.Auto).spanNulls(false).noValue(words.nothing);
}

/** Stacked bars of counts. */
export function bars(words: Words): TimeSeries {
  return lines(words)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .decimals(0);
}

export function timeline(words: Words, yes: string, no: string): StateTimeline {
  return new StateTimeline()
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .mappings([texts({ true: yes, false: no }, { true: "orange", false: "blue" })])
    .noValue(words.nothing);
}

export function gauge(words: Words): BarGauge {
  return new BarGauge()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false))
    .noValue(words.nothing);
}

/** Its columns, in this order, called as the words say; what is not named is not shown. */
export function table(words: Words, columns: readonly (keyof Words["columns"])[]): Table {
  const renameByName = Object.fromEntries(columns.map((name) => [name, words.columns[name]]));
  const indexByName = Object.fromEntries(columns.map((name, at) => [name, at]));
  const only = { include: { names: [...columns] } };
  return new Table()
    .noValue(words.nothing)
    .withTransformation(transformation("merge", {}))
    .withTransformation(transformation("filterFieldsByName", only))
    .withTransformation(transformation("organize", { renameByName, indexByName }))
    .mappings([texts(words.values)]);
}

/** The same, with one row per value of `by`: its newest. */
export function newest(words: Words, by: readonly (keyof Words["columns"])[]): Table {
  const fields = Object.fromEntries(
    by.map((name) => [name, { operation: "groupby", aggregations: [] as string[] }]),
  );
  const time = { operation: "aggregate", aggregations: ["max"] };
  const renameByName = {
    ...Object.fromEntries(by.map((name) => [name, words.columns[name]])),
    "Time (max)": words.columns.Time,
  };
  return new Table()
    .noValue(words.nothing)
    .withTransformation(transformation("merge", {}))
    .withTransformation(transformation("groupBy", { fields: { ...fields, Time: time } }))
    .withTransformation(transformation("organize", { renameByName }))
    .mappings([texts(words.values)]);
}

function transformation(id: string, options: object): DataTransformerConfig {
  return { id, options };
}

/** What is shown in place of a word of the data. */
function texts(
  words: Readonly<Record<string, string>>,
  colors: Readonly<Record<string, string>> = {},
): ValueMapping {
  const entries = Object.entries(words).map(([value, text], index) => {
    const color = colors[value];
    return [value, { text, index, ...(color === undefined ? {} : { color }) }] as const;
  });
  return { type: MappingType.ValueToText, options: Object.fromEntries(entries) };
}

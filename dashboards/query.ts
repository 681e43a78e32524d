import type { Dataquery } from "@grafana/grafana-foundation-sdk/cog";

/** The board's data source: the reader chooses which, when there are several. */
export const DATASOURCE = { type: "influxdb", uid: "${datasource}" };

/** Conditions that every query has; Grafana puts in what the reader chose. Ids are `[a-z0-9-]`, so that they are safe within a regular expression. */
export const FACILITY = '"facility" =~ /^$facility$/';
export const PLACE = `${FACILITY} AND "room" =~ /^$room$/`;
/** The time that the reader chose. */
export const TIME = "$timeFilter";
/** One point per pixel or so. */
export const EVERY = "time($__interval)";
/** Drills are kept out of the figures (R06). */
export const NO_DRILL = '"drill" = false';

export interface Target {
  readonly query: string;
  /** What the series is called; `$tag_room` stands for the room's id. */
  readonly alias?: string;
  readonly format: "time_series" | "table";
}

/** Series over time, or one number. */
export function series(query: string, alias?: string): Target {
  return { query, format: "time_series", ...(alias === undefined ? {} : { alias }) };
}

/** Rows with tags and fields as columns. */
export function rows(query: string): Target {
  return { query, format: "table" };
}

/** The targets of a panel as Grafana wants them, in InfluxQL as it is written (the SDK has no module for InfluxDB). */
export function build(targets: readonly Target[]): { build: () => Dataquery }[] {
  return targets.map(({ query, alias, format }, at) => ({
    build: () => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      query,
      rawQuery: true,
      resultFormat: format,
      ...(alias === undefined ? {} : { alias }),
      _implementsDataqueryVariant() {},
    }),
  }));
}

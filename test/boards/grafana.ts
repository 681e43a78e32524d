/**
 * Asks a panel's own queries as Grafana's InfluxQL data source does: variables put in, `$timeFilter` and `$__interval` written out, one
 * statement per target. Grafana itself is not run: a board is known to ask the right thing, not to look right.
 */
import { readFileSync } from "node:fs";
import type { InfluxServer } from "../servers/influx.ts";

export interface Target {
  readonly refId: string;
  readonly query: string;
  readonly resultFormat: string;
  readonly alias?: string;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly Target[];
}

/** What the reader of a board has chosen. Times: UTC ms. */
export interface Chosen {
  readonly facility: string;
  /** undefined: all, which the board says as `.*`. */
  readonly rooms?: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly interval: string;
}

/** One row of an answer, with its tags and columns. */
export type Row = Readonly<Record<string, unknown>>;

/** The committed board, as Grafana reads it. */
export function readBoard(language: "zh" | "en"): Panel[] {
  const path = new URL(
    `../../dashboards/boards/${language}/facility-overview.json`,
    import.meta.url,
  );
  const { panels } = JSON.parse(readFileSync(path, "utf8")) as { panels: Panel[] };
  return panels.filter(({ type }) => type !== "row");
}

/** A query as it reaches InfluxDB. */
function interpolate(query: string, chosen: Chosen): string {
  const rooms = chosen.rooms === undefined ? ".*" : joined(chosen.rooms);
  const text = query
    .replaceAll("$timeFilter", `time >= ${chosen.from}ms and time <= ${chosen.to}ms`)
    .replaceAll("$__interval", chosen.interval)
    .replaceAll("$facility", escaped(chosen.facility))
    .replaceAll("$room", rooms);
  const left = /\$(?!\/)[a-zA-Z_{]\w*/.exec(text);
  if (left !== null) throw new Error(`${left[0]} is not put in: ${text}`);
  return text;
}

/** The rows of one target; each series' tags are in its rows. Throws what the server says against it. */
export async function ask(
  influx: InfluxServer,
  target: Pick<Target, "query">,
  chosen: Chosen,
): Promise<Row[]> {
  const login = Buffer.from(`${influx.user}:${influx.password}`).toString("base64");
  const body = new URLSearchParams({
    db: influx.database,
    epoch: "ms",
    q: interpolate(target.query, chosen),
  });
  const reply = await fetch(`${influx.url}/query`, {
    method: "POST",
    headers: { authorization: `Basic ${login}` },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  const { results, error } = (await reply.json()) as Answer;
  const [result] = results ?? [];
  const refused = error ?? result?.error;
  if (refused !== undefined) throw new Error(`${body.get("q")}: ${refused}`);
  return (result?.series ?? []).flatMap(({ name, tags = {}, columns, values }) =>
    values.map((row) => ({
      measurement: name,
      ...tags,
      ...Object.fromEntries(columns.map((column, at) => [column, row[at]])),
    })),
  );
}

interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly name: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
    }[];
  }[];
}

/** One value stands alone, several are alternatives. */
function joined(values: readonly string[]): string {
  const all = values.map(escaped);
  return all.length === 1 ? (all[0] ?? "") : `(${all.join("|")})`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$*+?.()|[\]{}/]/g, "\\$&");
}

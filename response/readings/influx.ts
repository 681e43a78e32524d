/**
 * InfluxQL over HTTP, which 1.x, 2.x (DBRP mapping) and 3.x answer alike. Kinds are measurements; names come from the registry, values
 * from outside are quoted.
 */
import { messageOf } from "@anhu/core/errors";
import { authorizationOf, quoteText } from "@anhu/core/influx";
import type { InfluxAccess } from "@anhu/core/influx";
import { fieldType, isKind, KINDS } from "@anhu/core/points";
import type { FieldValue, Kind } from "@anhu/core/points";
import type { LastQuestion, LastReading, Reading, ReadingQuery, Readings } from "./readings.ts";
import { ANSWER_MS, inOrder, order, unavailable } from "./readings.ts";

/** Reads what ingest wrote to an InfluxDB. */
export function influxReadings(access: InfluxAccess): Readings {
  const { url, database } = access;
  const authorization = authorizationOf(access);
  const headers = authorization === undefined ? {} : { authorization };
  async function ask<T>(statements: readonly string[], read: (answer: Answer) => T): Promise<T> {
    if (statements.length === 0) return read({ results: [] });
    const body = new URLSearchParams({ db: database, epoch: "ms", q: statements.join("; ") });
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const reply = await fetch(`${url}/query`, { method: "POST", headers, body, signal });
      if (!reply.ok) throw new Error(`the server answers ${reply.status}`);
      return read((await reply.json()) as Answer);
    } catch (cause) {
      throw unavailable(`InfluxDB: ${messageOf(cause)}`, cause);
    }
  }
  return {
    query: (query) =>
      ask(statementsOf(query), (answer) => readingsOf(answer).slice(0, query.limit)),
    last: (question) => ask(lastStatementsOf(question), lastOf),
  };
}

const TAGS = '"gateway", "device", "room", "resident"';

/** One statement per kind that can match. */
function statementsOf(query: ReadingQuery): string[] {
  const { facility, device, field, from, to, every, limit } = query;
  const kinds: Kind[] = Object.keys(KINDS).filter(isKind);
  const where = [`"facility" = ${quoteText(facility)}`, `time >= ${from}ms`, `time < ${to}ms`];
  if (device !== undefined) where.push(`"device" = ${quoteText(device)}`);
  return kinds
    .filter((kind) => field === undefined || fieldType(kind, field) !== undefined)
    .map((kind) => {
      const source = `FROM "${kind}" WHERE ${where.join(" AND ")}`;
      if (field === undefined) return `SELECT * ${source} ORDER BY time LIMIT ${limit}`;
      if (every === undefined)
        return `SELECT "${field}", ${TAGS} ${source} ORDER BY time LIMIT ${limit}`;
      return `SELECT last("${field}") AS "${field}" ${source} GROUP BY time(${every}ms), ${TAGS} fill(none)`;
    });
}

/** Per kind the time of each device's newest point, which a selector of several fields does not tell, and of each field its latest value. */
function lastStatementsOf({ facility, since }: LastQuestion): string[] {
  const where = `WHERE "facility" = ${quoteText(facility)} AND time >= ${since}ms GROUP BY "device"`;
  return Object.keys(KINDS).flatMap((kind) => [
    `SELECT * FROM "${kind}" ${where} ORDER BY time DESC LIMIT 1`,
    `SELECT last(*) FROM "${kind}" ${where}`,
  ]);
}

function lastOf(answer: Answer): readonly LastReading[] {
  const series = seriesOf(answer);
  const fields = new Map<string, Record<string, FieldValue>>();
  for (const { name: kind, tags, columns, values } of series) {
    for (const [at, column] of columns.entries()) {
      const [, field] = /^last_(\w+)$/.exec(column) ?? [];
      const value = values[0]?.[at];
      if (field === undefined || !isKind(kind) || fieldType(kind, field) === undefined) continue;
      if (value === null || value === undefined) continue;
      const key = `${kind} ${tags?.["device"]}`;
      fields.set(key, { ...fields.get(key), [field]: value as FieldValue });
    }
  }
  const newest = series
    .filter(({ columns }) => !columns.some((column) => column.startsWith("last_")))
    .flatMap((one) => one.values.map((row) => readingOf(one, row)));
  return inOrder(
    newest.map(({ device, kind, at }) => ({
      device,
      kind,
      at,
      fields: fields.get(`${kind} ${device}`) ?? {},
    })),
  );
}

interface Answer {
  readonly results: readonly { readonly series?: readonly Series[]; readonly error?: string }[];
}

interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

function readingsOf(answer: Answer): Reading[] {
  return seriesOf(answer)
    .flatMap((one) => one.values.map((row) => readingOf(one, row)))
    .toSorted((a, b) => a.at - b.at || order(a.kind, b.kind) || order(a.device, b.device));
}

function seriesOf({ results }: Answer): Series[] {
  const failed = results.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(failed.error);
  return results.flatMap(({ series = [] }) => series);
}

function readingOf({ name: kind, tags, columns }: Series, row: readonly unknown[]): Reading {
  const cells = new Map<string, unknown>(Object.entries(tags ?? {}));
  for (const [at, column] of columns.entries()) cells.set(column, row[at]);
  const text = (tag: string) => {
    const value = cells.get(tag);
    return typeof value === "string" && value !== "" ? value : null;
  };
  const fields = [...cells].filter(
    ([name, value]) =>
      isKind(kind) && fieldType(kind, name) !== undefined && value !== null && value !== undefined,
  );
  return {
    kind,
    gateway: text("gateway") ?? "",
    device: text("device") ?? "",
    room: text("room") ?? "",
    resident: text("resident"),
    at: Number(cells.get("time")),
    fields: Object.fromEntries(fields) as Reading["fields"],
  };
}

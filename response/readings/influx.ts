/**
 * InfluxQL over HTTP, which 1.x, 2.x (DBRP mapping) and 3.x answer alike. Kinds are measurements; names come from the registry, values
 * from outside are quoted.
 */
import { messageOf } from "@anhu/core/errors";
import { authorizationOf, quoteText } from "@anhu/core/influx";
import type { InfluxAccess } from "@anhu/core/influx";
import { fieldType, isKind, KINDS } from "@anhu/core/points";
import type { Kind } from "@anhu/core/points";
import type { Reading, ReadingQuery, Readings } from "./readings.ts";
import { ANSWER_MS, unavailable } from "./readings.ts";

/** Reads what ingest wrote to an InfluxDB. */
export function influxReadings(access: InfluxAccess): Readings {
  const { url, database } = access;
  const authorization = authorizationOf(access);
  const headers = authorization === undefined ? {} : { authorization };
  return {
    async query(query) {
      const statements = statementsOf(query);
      if (statements.length === 0) return [];
      const body = new URLSearchParams({ db: database, epoch: "ms", q: statements.join("; ") });
      try {
        const signal = AbortSignal.timeout(ANSWER_MS);
        const reply = await fetch(`${url}/query`, { method: "POST", headers, body, signal });
        if (!reply.ok) throw new Error(`the server answers ${reply.status}`);
        return readingsOf((await reply.json()) as Answer).slice(0, query.limit);
      } catch (cause) {
        throw unavailable(`InfluxDB: ${messageOf(cause)}`, cause);
      }
    },
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

interface Answer {
  readonly results: readonly { readonly series?: readonly Series[]; readonly error?: string }[];
}

interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

function readingsOf({ results }: Answer): Reading[] {
  const failed = results.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(failed.error);
  return results
    .flatMap(({ series = [] }) => series)
    .flatMap((one) => one.values.map((row) => readingOf(one, row)))
    .toSorted((a, b) => a.at - b.at || order(a.kind, b.kind) || order(a.device, b.device));
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

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

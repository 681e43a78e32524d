import type { DatabaseSync, StatementSync } from "node:sqlite";
import { LineReader, parse } from "@anhu/core/line-protocol";
import type { LineCode } from "../../check/line.ts";
import { checkStored } from "../../check/line.ts";
import type { TaggedLines, WriteOutcome } from "../store.ts";

type Stored = Extract<WriteOutcome, { outcome: "stored" }>;

/** The writing half of the embedded store; runs in its worker. */
export class PointWriter {
  /** Time of the newest point written since the start, UTC ms. */
  newest = 0;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #fields: StatementSync;
  readonly #update: StatementSync;
  readonly #findSeries: StatementSync;
  readonly #addSeries: StatementSync;
  /** Ids of series seen lately; emptied at MAX_SERIES, then looked up again. */
  readonly #series = new Map<string, number>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare("INSERT INTO point VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    this.#fields = database.prepare("SELECT fields FROM point WHERE series = ? AND at = ?");
    this.#update = database.prepare("UPDATE point SET fields = ? WHERE series = ? AND at = ?");
    this.#findSeries = database.prepare("SELECT id FROM series WHERE key = ?");
    this.#addSeries = database.prepare(
      "INSERT INTO series (key, kind, facility, gateway, device, room, resident) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
  }

  /** Writes all in one transaction; throws, with nothing written, when the disk does not take it. */
  write(writes: readonly TaggedLines[]): Stored[] {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const outcomes = writes.map(({ bytes, marks }) =>
        marks === undefined ? this.#check(bytes) : this.#trust(bytes, marks),
      );
      this.#database.exec("COMMIT");
      return outcomes;
    } catch (thrown) {
      this.#series.clear();
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw thrown;
    }
  }

  #check(bytes: Uint8Array): Stored {
    const refused: { line: number; code: LineCode }[] = [];
    const text = textOf(bytes);
    const line = new LineReader(bytes);
    for (let number = 1; line.next(); number++) {
      const code = checkStored(line);
      if (code === null) {
        this.#point(
          text.toString("utf8", line.start, line.seriesEnd),
          text.toString("latin1", line.fieldsStart, line.fieldsEnd),
          Number(text.toString("latin1", line.timeStart, line.timeEnd)),
        );
      } else refused.push({ line: number, code });
    }
    return { outcome: "stored", refused };
  }

  #trust(bytes: Uint8Array, marks: Int32Array): Stored {
    const text = textOf(bytes);
    let start = 0;
    for (let i = 0; i < marks.length; i += 3) {
      const seriesEnd = marks[i] ?? 0;
      const fieldsEnd = marks[i + 1] ?? 0;
      const end = marks[i + 2] ?? 0;
      this.#point(
        text.toString("utf8", start, seriesEnd),
        text.toString("latin1", seriesEnd + 1, fieldsEnd),
        Number(text.toString("latin1", fieldsEnd + 1, end - 1)),
      );
      start = end;
    }
    return { outcome: "stored", refused: [] };
  }

  /** The registry has only ASCII fields and words. */
  #point(key: string, fields: string, at: number): void {
    const series = this.#seriesOf(key);
    if (at > this.newest) this.newest = at;
    if (this.#insert.run(series, at, fields).changes === 0) this.#join(series, at, fields);
  }

  /** A point that is there already: the same again changes nothing, other fields are added. */
  #join(series: number, at: number, fields: string): void {
    const before = String(this.#fields.get(series, at)?.["fields"] ?? "");
    if (before === fields) return;
    const joined = new Map([...split(before), ...split(fields)]);
    this.#update.run([...joined].map(([key, value]) => `${key}=${value}`).join(), series, at);
  }

  #seriesOf(key: string): number {
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_SERIES) this.#series.clear();
    const id = Number(this.#findSeries.get(key)?.["id"] ?? this.#newSeries(key));
    this.#series.set(key, id);
    return id;
  }

  #newSeries(key: string): number | bigint {
    const { lines } = parse(new TextEncoder().encode(`${key} f=1`), { precision: "ms" });
    const tags = new Map(lines[0]?.tags);
    const tag = (name: string): string => tags.get(name) ?? "none";
    return this.#addSeries.run(
      key,
      lines[0]?.name ?? "",
      tag("facility"),
      tag("gateway"),
      tag("device"),
      tag("room"),
      tags.get("resident") ?? null,
    ).lastInsertRowid;
  }
}

const MAX_SERIES = 100_000;

function textOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Registry fields need no escapes and its words hold neither comma nor equals sign. */
function split(fields: string): [string, string][] {
  return fields.split(",").map((field) => {
    const equals = field.indexOf("=");
    return [field.slice(0, equals), field.slice(equals + 1)];
  });
}

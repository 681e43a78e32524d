import { AnhuError } from "@anhu/core/errors";
import type { LineCode } from "../../check/line.ts";
import type { Reading, ReadingQuery, Store, StoreHealth, WriteOutcome } from "../store.ts";
import type { LastValue, TaggedLines } from "../store.ts";
import { CheckedLines } from "./lines.ts";
import { countStatements, lastStatements, readingsStatements } from "./queries.ts";
import { countOf, lastValuesOf, readingsOf } from "./results.ts";
import type { InfluxOptions, WriteAnswer } from "./server.ts";
import { explain, InfluxServer } from "./server.ts";

export type { InfluxOptions } from "./server.ts";

/**
 * Opens readings in an InfluxDB 1.x, 2.x or 3.x. Does not wait for the server: until it answers, writes are busy.
 * A write is one request, acknowledged by the answer to it; what the registry refuses is refused before it is sent.
 * Rejects with `store_failed` when nothing says where the server is.
 */
export function openInfluxStore(config: { readonly influx?: InfluxOptions }): Promise<Store> {
  if (config.influx !== undefined) return Promise.resolve(new InfluxStore(config.influx));
  const options = { fault: "caller", retry: false } as const;
  return Promise.reject(new AnhuError("store_failed", "ANHU_INFLUX_URL is not set", options));
}

class InfluxStore implements Store {
  readonly name = "influx";
  readonly parallel = 4;
  readonly #options: InfluxOptions;
  readonly #server: InfluxServer;
  /** Why the last write did not work; null when it did. */
  #trouble: string | null = null;

  constructor(options: InfluxOptions) {
    this.#options = options;
    this.#server = new InfluxServer(options);
  }

  async write(lines: TaggedLines): Promise<WriteOutcome> {
    const checked = new CheckedLines(lines);
    const refused = [...checked.refused];
    const failed = await this.#send(checked, 0, checked.count, refused);
    this.#trouble = failed ?? null;
    if (failed !== undefined) return { outcome: "busy", detail: failed };
    return { outcome: "stored", refused: refused.toSorted((a, b) => a.line - b.line) };
  }

  async query(query: ReadingQuery, limit: number): Promise<Reading[]> {
    const results = await this.#ask(readingsStatements(query, limit));
    return readingsOf(results.flat()).slice(0, limit);
  }

  async count(query: ReadingQuery): Promise<number> {
    return countOf((await this.#ask(countStatements(query))).flat());
  }

  async lastValues(query: { facility: string; device?: string }): Promise<LastValue[]> {
    const statements = lastStatements(query);
    return lastValuesOf((await this.#ask(statements)).flat());
  }

  async health(): Promise<StoreHealth> {
    try {
      const version = await this.#server.ping();
      if (this.#trouble !== null) return { status: "down", detail: this.#trouble };
      return { status: "ok", detail: `InfluxDB ${version} at ${new URL(this.#options.url).host}` };
    } catch (thrown) {
      return { status: "down", detail: explain(thrown, this.#options) };
    }
  }

  close(): Promise<void> {
    this.#server.close();
    return Promise.resolve();
  }

  /**
   * Sends the lines [from, to). When the server finds fault with lines, their halves are sent again, which stores nothing twice,
   * until each bad one stands alone: at most twice as many requests as lines. Returns why nothing more could be done, if so.
   */
  async #send(
    lines: CheckedLines,
    from: number,
    to: number,
    refused: { line: number; code: LineCode }[],
  ): Promise<string | undefined> {
    if (from === to) return undefined;
    const answer: WriteAnswer = await this.#server.write(lines.text(from, to));
    if (answer.answer === "stored") return undefined;
    if (answer.answer === "unavailable") return answer.detail;
    if (to - from === 1) {
      refused.push({ line: lines.number(from), code: answer.code });
      return undefined;
    }
    const middle = (from + to) >> 1;
    return (
      (await this.#send(lines, from, middle, refused)) ??
      (await this.#send(lines, middle, to, refused))
    );
  }

  #ask(statements: readonly string[]): ReturnType<InfluxServer["query"]> {
    return statements.length === 0 ? Promise.resolve([]) : this.#server.query(statements);
  }
}

import { AnhuError } from "@anhu/core/errors";
import type { LineCode } from "../../check/line.ts";
import type { Reading, ReadingQuery, Store, WriteOutcome } from "../store.ts";
import type { Health, LastValue, TaggedLines } from "../store.ts";
import { CheckedLines } from "./lines.ts";
import { countStatements, lastStatements, readingsStatements } from "./queries.ts";
import { countOf, lastValuesOf, readingsOf } from "./results.ts";
import type { InfluxOptions, WriteAnswer } from "./server.ts";
import { explain, InfluxServer } from "./server.ts";

export type { InfluxOptions } from "./server.ts";

/**
 * Opens readings in an InfluxDB 1.x, 2.x or 3.x. Does not wait for the server: until it answers, writes are busy.
 * A write is acknowledged by the answer to the request that carried it; writes that had to wait share one (docs/adr/0013).
 * What the registry refuses is refused before it is sent.
 * Rejects with `store_failed` when nothing says where the server is.
 */
export function openInfluxStore(config: { readonly influx?: InfluxOptions }): Promise<Store> {
  if (config.influx !== undefined) return Promise.resolve(new InfluxStore(config.influx));
  const options = { fault: "caller", retry: false } as const;
  return Promise.reject(new AnhuError("store_failed", "ANHU_INFLUX_URL is not set", options));
}

/** Requests under way at once: more do not make an InfluxDB faster. */
const REQUESTS = 4;
/** What one request carries at most when several writes wait: beyond it an InfluxDB gains nothing. */
const SHARED_BYTES = 256 * 1024;

interface Waiting {
  readonly lines: CheckedLines;
  readonly resolve: (outcome: WriteOutcome) => void;
}

class InfluxStore implements Store {
  readonly name = "influx";
  readonly parallel = 32;
  readonly #options: InfluxOptions;
  readonly #server: InfluxServer;
  /** Why the last write did not work; null when it did. */
  #trouble: string | null = null;
  /** At most `parallel` less those under way: more is not asked for at once. */
  readonly #waiting: Waiting[] = [];
  #requests = 0;

  constructor(options: InfluxOptions) {
    this.#options = options;
    this.#server = new InfluxServer(options);
  }

  write(lines: TaggedLines): Promise<WriteOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ lines: new CheckedLines(lines), resolve });
      this.#next();
    });
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

  async health(): Promise<Health> {
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

  #next(): void {
    while (this.#requests < REQUESTS && this.#waiting.length > 0) void this.#write(this.#take());
  }

  /** The writes of the next request: at least one. */
  #take(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const { lines } of this.#waiting) {
      bytes += lines.bytes;
      if (count > 0 && bytes > SHARED_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(writes: readonly Waiting[]): Promise<void> {
    this.#requests += 1;
    const texts = writes.map(({ lines }) => lines.text(0, lines.count)).filter(Boolean);
    // One write alone, or something in them refused: each goes by itself, to learn whose it is.
    const shared = texts.length > 1 ? await this.#server.write(texts.join("\n")) : undefined;
    for (const { lines, resolve } of writes) {
      const refused = [...lines.refused];
      const detail =
        shared === undefined || shared.answer === "lines" || shared.answer === "refused"
          ? await this.#send(lines, 0, lines.count, refused)
          : detailOf(shared);
      this.#trouble = detail ?? null;
      refused.sort((a, b) => a.line - b.line);
      resolve(detail === undefined ? { outcome: "stored", refused } : { outcome: "busy", detail });
    }
    this.#requests -= 1;
    this.#next();
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
    if (answer.answer !== "lines") return detailOf(answer);
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

function detailOf(answer: WriteAnswer): string | undefined {
  return "detail" in answer ? answer.detail : undefined;
}

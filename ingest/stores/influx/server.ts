import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { messageOf } from "@anhu/core/errors";
import type { InfluxAccess, InfluxVersion } from "@anhu/core/influx";
import { majorOf, pathTo, writePath } from "@anhu/core/influx";
import { HttpError, InfluxDB, setLogger } from "@influxdata/influxdb-client";
import type { LineCode } from "../../check/line.ts";
import { aboutLines, lineFault } from "./faults.ts";

export interface InfluxOptions extends InfluxAccess {
  /** How long one request may take; 10 s when left out. */
  readonly timeoutMs?: number;
}

/** The answer to one write request. */
export type WriteAnswer =
  | { readonly answer: "stored" }
  /** At least one line is at fault; the others may be stored or not. `code` is that of the one line when there was only one. */
  | { readonly answer: "lines"; readonly code: LineCode }
  /** Nothing is known to be stored; no line is at fault. `refused`: the server is there and may take another request. */
  | { readonly answer: "refused" | "unavailable"; readonly detail: string };

/** One table of an InfluxQL answer. */
export interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

const CONNECTIONS = 16;

/** One InfluxDB of whatever version, over the client library's transport: a request is answered or it fails, nothing is buffered. */
export class InfluxServer {
  readonly #options: InfluxOptions;
  readonly #agent: HttpAgent;
  readonly #transport: InfluxDB["transport"];
  #writePath: string | undefined;

  constructor(options: InfluxOptions) {
    const { url, token, user, password, timeoutMs = 10_000 } = options;
    const secure = new URL(url).protocol === "https:";
    this.#options = options;
    this.#agent = new (secure ? HttpsAgent : HttpAgent)({
      keepAlive: true,
      maxSockets: CONNECTIONS,
    });
    // Its own logger prints whole requests to stderr.
    setLogger({ error: () => {}, warn: () => {} });
    const basic = Buffer.from(`${user}:${password ?? ""}`).toString("base64");
    this.#transport = new InfluxDB({
      url,
      timeout: timeoutMs,
      transportOptions: { agent: this.#agent },
      ...(token === undefined ? {} : { token }),
      ...(user === undefined ? {} : { headers: { Authorization: `Basic ${basic}` } }),
    }).transport;
  }

  /** Writes lines with times in milliseconds; never rejects. */
  async write(lines: string): Promise<WriteAnswer> {
    try {
      this.#writePath ??= await this.#findWritePath();
      await this.#transport.request(this.#writePath, lines, {
        method: "POST",
        headers: { "Content-Type": "text/plain; charset=utf-8" },
      });
      return { answer: "stored" };
    } catch (thrown) {
      const code = lineFault(thrown);
      if (code !== undefined) return { answer: "lines", code };
      const answer = aboutLines(thrown) ? "refused" : "unavailable";
      return { answer, detail: explain(thrown, this.#options) };
    }
  }

  /** Runs InfluxQL statements; one list of series each, times in milliseconds. Rejects with what the server or the network says. */
  async query(statements: readonly string[]): Promise<Series[][]> {
    const asked = { db: this.#options.database, epoch: "ms", q: statements.join("; ") };
    const answer: unknown = await this.#transport.request(
      "/query",
      new URLSearchParams(asked).toString(),
      { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" } },
    );
    const { results } = answer as { results: { series?: Series[]; error?: string }[] };
    const failed = results.find((result) => result.error !== undefined);
    if (failed !== undefined) throw new Error(failed.error);
    return results.map((result) => result.series ?? []);
  }

  /** The server's version, `1.6.7`. Rejects when it does not answer. */
  async ping(): Promise<string> {
    let version: string | string[] | undefined;
    await this.#transport.request("/ping", "", { method: "GET" }, (headers) => {
      version = headers["x-influxdb-version"];
    });
    return String(version ?? "");
  }

  close(): void {
    this.#agent.destroy();
  }

  async #findWritePath(): Promise<string> {
    const { database, version = versionOf(await this.ping()) } = this.#options;
    const organization = version === 2 ? await this.#organizationOf(database) : undefined;
    const precision = "ms";
    return writePath(database, version, {
      precision,
      ...(organization === undefined ? {} : { organization }),
    });
  }

  /** 2.x wants the organization with every write; the bucket knows it. */
  async #organizationOf(bucket: string): Promise<string> {
    const asked = pathTo("/api/v2/buckets", { name: bucket });
    const answer: unknown = await this.#transport.request(asked, "", { method: "GET" });
    const id = (answer as { buckets?: { orgID?: string }[] }).buckets?.[0]?.orgID;
    if (id === undefined) throw new Error(`there is no bucket "${bucket}" that the token may see`);
    return id;
  }
}

/** What a person can do something with, for `health` and `busy`. */
export function explain(thrown: unknown, { url, database }: InfluxOptions): string {
  const what = `InfluxDB at ${new URL(url).host}`;
  if (!(thrown instanceof HttpError)) return `${what} does not answer: ${messageOf(thrown)}`;
  const { error, message } = (thrown.json ?? {}) as { error?: string; message?: string };
  const said = `${thrown.statusCode} ${error ?? message ?? thrown.statusMessage}`.slice(0, 300);
  if (thrown.statusCode === 401) return `${what} refuses the credentials: ${said}`;
  if (thrown.statusCode === 403) return `${what} does not let these credentials do that: ${said}`;
  if (thrown.statusCode === 404) return `${what} has no "${database}": ${said}`;
  return `${what} says ${said}`;
}

function versionOf(version: string): InfluxVersion {
  const major = majorOf(version);
  if (major !== undefined) return major;
  throw new Error(`no version known in "${version}"; set ANHU_INFLUX_VERSION`);
}

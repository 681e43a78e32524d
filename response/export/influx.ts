import { messageOf } from "@anhu/core/errors";
import type { InfluxAccess, LineFault } from "@anhu/core/influx";
import { authorizationOf, lineFaultOf, majorOf, pathTo, writePath } from "@anhu/core/influx";

/** The answer to one write. */
export type WriteAnswer =
  | { readonly answer: "stored" }
  /** At least one line is at fault; the others may be stored or not. */
  | { readonly answer: "lines"; readonly code: LineFault; readonly detail: string }
  /** Nothing is known to be stored, and no line is at fault: later again. */
  | { readonly answer: "unavailable"; readonly detail: string };

/** Where points go. */
export interface PointsStore {
  /** Writes lines with times in nanoseconds; answered by the store's own answer. Never rejects. */
  write(lines: readonly string[]): Promise<WriteAnswer>;
  /** Ends what is under way. */
  close(): void;
}

const ANSWER_MS = 10_000;

/** An InfluxDB 1.x, 2.x or 3.x over plain HTTP: one request per write, nothing is buffered. */
export function influxPoints(access: InfluxAccess): PointsStore {
  const closing = new AbortController();
  const authorization = authorizationOf(access);
  const headers = authorization === undefined ? {} : { authorization };
  let path: string | undefined;

  function request(to: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_MS)]);
    return fetch(access.url + to, { headers, redirect: "manual", signal, ...init });
  }

  async function findPath(): Promise<string> {
    const { database } = access;
    const precision = "ns";
    const version = access.version ?? (await askVersion());
    if (version !== 2) return writePath(database, version, { precision });
    const reply = await request(pathTo("/api/v2/buckets", { name: database }));
    const { buckets } = (await reply.json()) as { buckets?: readonly { orgID?: string }[] };
    const organization = buckets?.[0]?.orgID;
    if (organization === undefined) throw new Error(`there is no bucket "${database}"`);
    return writePath(database, version, { precision, organization });
  }

  async function askVersion() {
    const reply = await request("/ping");
    await reply.body?.cancel();
    const said = reply.headers.get("x-influxdb-version") ?? "";
    const version = majorOf(said);
    if (version !== undefined) return version;
    throw new Error(`no version known in "${said}"; set ANHU_INFLUX_VERSION`);
  }

  return {
    async write(lines) {
      try {
        path ??= await findPath();
        const reply = await request(path, { method: "POST", body: lines.join("\n") });
        const said = (await reply.text()).slice(0, 300);
        if (reply.ok) return { answer: "stored" };
        const code = lineFaultOf(reply.status, said);
        if (code !== undefined) return { answer: "lines", code, detail: said };
        return { answer: "unavailable", detail: `InfluxDB says ${reply.status} ${said}` };
      } catch (thrown) {
        const why = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
        return { answer: "unavailable", detail: `InfluxDB does not answer: ${messageOf(why)}` };
      }
    },
    close() {
      closing.abort(new Error("closing"));
    },
  };
}

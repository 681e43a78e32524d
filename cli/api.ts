/** The running system's HTTP API, asked in the name of this machine's own tools. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";

export interface Api {
  /** The JSON that `path` gives. Throws `api_refused` with the system's own words; what fetch throws when nobody answers within 5 s. */
  get(path: string): Promise<unknown>;
  /** The JSON that it answers to `body`. Throws as `get` does. */
  post(path: string, body: object): Promise<unknown>;
}

const ANSWER_MS = 5_000;
const JSON_TYPE = { "content-type": "application/json" };

/** Signs in by `secrets/api-token`, where the system has made one. */
export function apiOf(options: { readonly dataDir: string; readonly httpPort: number }): Api {
  const path = join(options.dataDir, "secrets", "api-token");
  const token = existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
  const signed = token === undefined ? {} : { authorization: `Bearer ${token}` };
  async function ask(target: string, body?: object): Promise<unknown> {
    const posted = { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${options.httpPort}${target}`, {
      ...(body === undefined ? {} : posted),
      headers: { ...signed, ...(body === undefined ? {} : JSON_TYPE) },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text) as unknown;
    throw new AnhuError("api_refused", `${target}: ${answer.status} ${text.slice(0, 300)}`, {
      fault: "caller",
      retry: answer.status >= 500,
    });
  }
  return {
    get: (target) => ask(target),
    post: ask,
  };
}

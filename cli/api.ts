/** The running system's HTTP API, asked in the name of this machine's own tools. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AnhuError } from "@anhu/core/errors";
import { problemText } from "./problems/index.ts";
import { isChinese } from "./terminal.ts";

export interface Api {
  /** The JSON that `path` gives. Throws `api_refused` with the system's own words; what fetch throws when nobody answers within 5 s. */
  get(path: string): Promise<unknown>;
  /** The JSON that it answers to `body`. Throws as `get` does. */
  post(path: string, body: object): Promise<unknown>;
}

/** What an API that failed says to a person; nobody listens (fetch throws a TypeError then) or answers in time: where it was looked for. */
export function whyNot(thrown: unknown, { httpPort, env }: Looked): string {
  const isLate = thrown instanceof DOMException && thrown.name === "TimeoutError";
  const isRefused = thrown instanceof TypeError && thrown.cause !== undefined;
  if (!isLate && !isRefused) return problemText(thrown, env);
  const address = `http://127.0.0.1:${httpPort}`;
  return isChinese(env)
    ? `${address} 无人应答：系统未运行（用 npm start 启动），或 ANHU_HTTP_PORT 与启动时不同`
    : `nobody answers at ${address}: the system is not running (npm start starts it), or ANHU_HTTP_PORT is not as it was at the start`;
}

interface Looked {
  readonly httpPort: number;
  readonly env: Readonly<Record<string, string | undefined>>;
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
    const { status } = answer;
    const code = /"code":"([a-z_]+)"/.exec(text)?.[1];
    throw new AnhuError("api_refused", `${target}: ${status} ${text.slice(0, 300)}`, {
      fault: "caller",
      retry: status >= 500,
      about: { path: target, status, ...(code === undefined ? {} : { code }) },
    });
  }
  return {
    get: (target) => ask(target),
    post: ask,
  };
}
